export const DAY_MS = 24 * 60 * 60 * 1000;

/** A whole number, in the unit the setting's name ends with. */
export const integer = (
  minimum: number,
  maximum: number,
  standard: number,
  description: string,
) => ({
  type: 'integer',
  minimum,
  maximum,
  default: standard,
  description,
});

/** What must be seen in no output. */
export const secret = (description: string) => ({ type: 'string', writeOnly: true, description });

export type Flag = 'true' | 'false';

export const FLAG = { type: 'string', enum: ['true', 'false'] } as const;
