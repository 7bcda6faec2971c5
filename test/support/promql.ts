import type { Samples } from './metrics.ts';

interface Matcher {
  readonly label: string;
  readonly how: string;
  readonly value: string;
}

interface Selector {
  readonly name: string;
  readonly matchers: readonly Matcher[];
}

/** Labels that Prometheus gives every sample. */
const OF_PROMETHEUS = ['job', 'instance', 'namespace'];

const SELECTOR = /\b((?:agendamento[_:]|process_|nodejs_|up\b)[\w:]*)(?:\{([^}]*)\})?/g;

/** What an expression selects. */
export function selectorsIn(expr: string): Selector[] {
  return [...expr.matchAll(SELECTOR)].map(([, name = '', matchers = '']) => ({
    name,
    matchers: [...matchers.matchAll(/(\w+)(=~|!~|!=|=)"([^"]*)"/g)].map(
      ([, label = '', how = '', value = '']) => ({ label, how, value }),
    ),
  }));
}

/**
 * What an expression asks for that is not there: metrics, labels and their values.
 * @param samples of a service that has done a bit of everything
 * @param others metrics that are known without being in it
 */
export function missingFor(expr: string, samples: Samples, others: ReadonlySet<string>): string[] {
  const selectors = selectorsIn(expr).filter(({ name }) => !others.has(name));
  const kept = [...expr.matchAll(/\bby \(([^)]*)\)/g)].flatMap(([, by = '']) => by.split(/,\s*/));
  const series = selectors.flatMap(({ name }) => seriesOf(name, samples));
  const unknownBy = kept.filter(
    (label) => !OF_PROMETHEUS.includes(label) && valuesOf(label, series).length === 0,
  );
  const recorded = selectors.length === 0;
  return [
    ...selectors.flatMap((selector) => missingOf(selector, samples)),
    ...(recorded ? [] : unknownBy.map((label) => `by (${label})`)),
  ];
}

function missingOf({ name, matchers }: Selector, samples: Samples): string[] {
  const series = seriesOf(name, samples);
  if (series.length === 0) return [name];
  return matchers
    .filter(({ label }) => !OF_PROMETHEUS.includes(label))
    .filter((matcher) => !isMet(matcher, valuesOf(matcher.label, series)))
    .map(({ label, how, value }) => `${name}{${label}${how}"${value}"}`);
}

/** Whether a matcher finds something; one that excludes, whether there is such a label. */
function isMet({ how, value }: Matcher, values: readonly string[]): boolean {
  const wanted = how.endsWith('~')
    ? new RegExp(`^(?:${value})$`)
    : { test: (v: string) => v === value };
  return how.startsWith('!') ? values.length > 0 : values.some((one) => wanted.test(one));
}

function seriesOf(name: string, samples: Samples): string[] {
  return [...samples.keys()].filter((sample) => sample === name || sample.startsWith(`${name}{`));
}

function valuesOf(label: string, series: readonly string[]): string[] {
  return series.flatMap((one) => new RegExp(`[{,]${label}="([^"]*)"`).exec(one)?.[1] ?? []);
}
