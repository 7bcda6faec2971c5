import type { Report } from './run-scenario.ts';

/** Violations that are shown: a broken promise tends to break for many messages. */
const SHOWN = 20;

/** One run in words: a line when everything held, and otherwise what did not and how to play it again. */
export function formatReport({ scenario, seed, form, struck, violations, ms }: Report): string {
  const seconds = (ms / 1000).toFixed(1);
  const how = `(seed ${seed}; the fault struck ${struck} ×; ${seconds} s)`;
  if (violations.length === 0) return `✓ ${scenario.name} ${how}`;
  const short = form === 'short' ? '--short ' : '';
  return [
    `✗ ${scenario.name} ${how}`,
    ...violations.slice(0, SHOWN).map((violation) => `    ${formatViolation(violation)}`),
    ...(violations.length > SHOWN ? [`    … and ${violations.length - SHOWN} more`] : []),
    `    again: npm run chaos -- ${short}--seed ${seed} ${scenario.name}`,
  ].join('\n');
}

function formatViolation({ kind, about, detail }: Report['violations'][number]): string {
  return `${kind}: ${about}: ${detail}`;
}
