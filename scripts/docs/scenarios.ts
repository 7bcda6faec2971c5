import { SCENARIOS } from '../chaos/scenarios/index.ts';
import { replaceBetween } from './markers.ts';

/** What `npm run chaos` plays, as a table. */
export function scenariosTable(): string {
  const rows = SCENARIOS.map(({ name, fault, holds }) => `| \`${name}\` | ${fault} | ${holds} |`);
  return ['| scenario | fault | what must hold |', '|---|---|---|', ...rows].join('\n');
}

/** Puts the table between the markers of a document. */
export function withScenarios(text: string): string {
  return replaceBetween(text, 'scenarios', scenariosTable());
}
