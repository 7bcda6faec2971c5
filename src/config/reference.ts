import { REQUIRED, SETTINGS_SCHEMA, type SettingName } from './schema.ts';

/** One setting as the schema describes it, for people to read. */
export interface Setting {
  readonly name: SettingName;
  readonly description: string;
  readonly fallback: string | number | undefined;
  /** What it may be, where that is a range, a choice or a form: in marks and signs that need no translation. */
  readonly allowed: string;
  readonly isRequired: boolean;
  /** Whether its value must not be shown. */
  readonly isSecret: boolean;
}

/** What the schema may say of a setting. */
interface Property {
  readonly description: string;
  readonly default?: string | number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly enum?: readonly string[];
  readonly format?: string;
  readonly writeOnly?: boolean;
}

const properties: Readonly<Record<string, Property>> = SETTINGS_SCHEMA.properties;

/** Every setting, in the order of the schema. */
export const SETTINGS: readonly Setting[] = Object.entries(properties).map(([name, property]) => ({
  name: name as SettingName,
  description: property.description,
  fallback: property.default,
  allowed: allowedOf(property),
  isRequired: REQUIRED.some((one) => one === name),
  isSecret: property.writeOnly ?? false,
}));

function allowedOf({ minimum, maximum, enum: choices, format }: Property): string {
  if (choices !== undefined) return choices.map((choice) => `\`${choice}\``).join(', ');
  if (format !== undefined) return `\`${format}\``;
  return minimum === undefined || maximum === undefined ? '' : `${minimum} … ${maximum}`;
}
