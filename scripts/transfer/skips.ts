import { closeSync, openSync, writeSync } from 'node:fs';

/** What could not be taken along, and why. */
export interface Skip {
  /** The key, or the number of the line. */
  readonly where: string | number;
  readonly reason: string;
}

/** How many are named on the screen. */
const SHOWN = 20;

/** Most characters of a key or reason on the screen. */
const SHOWN_LENGTH = 200;

/** Counts what was skipped. The first ones are for the screen, all of them go to the report, if there is one. */
export class Skips {
  private readonly first: Skip[] = [];
  private readonly label: string;
  private readonly report: number | undefined;
  private total = 0;

  /**
   * @param label what `where` is, such as `key` or `line`
   * @param reportFile NDJSON, a line for each; written anew
   * @throws when the file cannot be written
   */
  constructor(label: string, reportFile: string | undefined) {
    this.label = label;
    this.report = reportFile === undefined ? undefined : openSync(reportFile, 'w', 0o600);
  }

  get count(): number {
    return this.total;
  }

  add(where: Skip['where'], reason: string): void {
    this.total += 1;
    if (this.first.length < SHOWN) this.first.push({ where, reason });
    if (this.report === undefined) return;
    writeSync(this.report, `${JSON.stringify({ [this.label]: where, reason })}\n`);
  }

  close(): void {
    if (this.report !== undefined) closeSync(this.report);
  }

  /** The first of them, one line each, and how many more there are. */
  lines(): string[] {
    const shown = this.first.map(({ where, reason }) => {
      const place = typeof where === 'number' ? `${this.label} ${where}` : where;
      return `    ${printable(place)}: ${printable(reason)}`;
    });
    const hidden = this.total - shown.length;
    if (hidden === 0) return shown;
    const how = this.report === undefined ? '--report <file> writes all of them' : 'see the report';
    return [...shown, `    … and ${hidden} more: ${how}`];
  }
}

/** Keys can hold anything: control characters could rewrite the screen. */
function printable(text: string): string {
  const visible = text.replace(/[\p{Cc}\p{Cs}]/gu, '\uFFFD');
  return visible.length > SHOWN_LENGTH ? `${visible.slice(0, SHOWN_LENGTH)}…` : visible;
}
