import type { Report } from './run-scenario.ts';

/** Violations that are shown: a broken promise tends to break for many messages. */
const SHOWN = 20;

/** One run in words: a line when everything held, and otherwise what did not and how to play it again. */
export function formatReport({ scenario, violations, ...run }: Report): string {
  const { seed, struck, ms } = run;
  const how = `(seed ${seed}; the fault struck ${struck} ×; ${(ms / 1000).toFixed(1)} s)`;
  if (violations.length === 0) return `✓ ${scenario.name} ${how}`;
  return [
    `✗ ${scenario.name} ${how}`,
    ...violations.slice(0, SHOWN).map((violation) => `    ${formatViolation(violation)}`),
    ...(violations.length > SHOWN ? [`    … and ${violations.length - SHOWN} more`] : []),
    `    again: npm run chaos -- ${optionsOf(run)} ${scenario.name}`,
  ].join('\n');
}

/** The options that play it again. */
function optionsOf({
  form,
  seed,
  conditions,
}: Pick<Report, 'form' | 'seed' | 'conditions'>): string {
  const under = conditions.map(({ name }) => `--under ${name}`);
  return [...(form === 'short' ? ['--short'] : []), ...under, `--seed ${seed}`].join(' ');
}

function formatViolation({ kind, about, detail }: Report['violations'][number]): string {
  return `${kind}: ${about}: ${detail}`;
}
