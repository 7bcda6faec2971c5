import { expect } from 'chai';
import { type Api, apiAt } from './api.ts';

/** One sample of a scrape: its name with its labels as they are written, and its value. */
export type Samples = ReadonlyMap<string, number>;

/** Reads the text format of Prometheus. */
export function parseScrape(text: string): Samples {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => {
      const end = line.lastIndexOf(' ');
      return [line.slice(0, end), Number(line.slice(end + 1))];
    }),
  );
}

/** Scrapes a service, as Prometheus does. */
export async function scrape(api: Pick<Api, 'get'>): Promise<Samples> {
  const { status, headers, text } = await api.get('/metrics');
  expect(status, text).to.equal(200);
  expect(headers['content-type']).to.equal('text/plain; version=0.0.4; charset=utf-8');
  return parseScrape(text);
}

/** By how much samples have grown since an earlier scrape. */
export async function growthSince(before: Samples, url: string) {
  const after = await scrape(apiAt(url));
  return (sample: string) => (after.get(sample) ?? 0) - (before.get(sample) ?? 0);
}
