import { SETTINGS_SCHEMA } from '../../src/config-schema.ts';
import { replaceBetween } from './markers.ts';

/** One setting as the schema describes it. */
interface Setting {
  readonly name: string;
  readonly description: string;
  readonly fallback: string | number | undefined;
}

/** Every setting, in the order of the schema. */
export function settings(): Setting[] {
  return Object.entries(SETTINGS_SCHEMA.properties).map(([name, property]) => ({
    name,
    description: property.description,
    fallback: 'default' in property ? property.default : undefined,
  }));
}

/** The reference table of the README. */
export function settingsTable(): string {
  const rows = settings().map(({ name, description, fallback }) => {
    const shown = fallback === undefined || fallback === '' ? '' : `\`${fallback}\``;
    return `| \`${name}\` | ${shown} | ${description} |`;
  });
  return ['| setting | default | meaning |', '|---|---|---|', ...rows].join('\n');
}

/** The text of `.env.example`: every setting with its meaning, set to its default. */
export function envExample(): string {
  const blocks = settings().map(({ name, description, fallback }) => {
    const line = `${name}=${fallback ?? ''}`;
    return `# ${description}\n${name === 'API_TOKEN' ? line : `# ${line}`}`;
  });
  const head =
    '# Copy to .env and change what you need. What is commented out is the default.\n' +
    '# `npm start` runs a Redis of its own unless a REDIS_ setting is given.';
  return `${[head, ...blocks].join('\n\n')}\n`;
}

/** Puts the table between the markers of a README. */
export function withSettings(readme: string): string {
  return replaceBetween(readme, 'settings', settingsTable());
}
