import type { Bench } from '../bench.ts';
import type { Figure } from '../report/figure.ts';
import type { Series } from '../report/series.ts';

/** Figures that are measured together and can be asked for by name. */
export interface Scenario {
  readonly name: string;
  /** For `--help`, one line. */
  readonly summary: string;
  /** Those that do come after those that do not, whose machine is then free of a million messages. */
  readonly usesBacklog: boolean;
  readonly run: (bench: Bench) => Promise<Outcome>;
}

export interface Outcome {
  readonly figures: readonly Figure[];
  readonly series?: Series;
}
