import { measureListing } from '../measures/listing.ts';
import { fullBacklog } from '../measures/shared.ts';
import { atLeast, atMost } from '../report/figure.ts';
import { formatCount } from '../report/format.ts';
import type { Scenario } from './scenario.ts';

const FIRST_PAGE_MS = 50;

export const list: Scenario = {
  name: 'list',
  summary: 'the first page of GET /messages, and a walk over all pages',
  usesBacklog: true,
  async run(bench) {
    const pending = fullBacklog(bench);
    const { median, p99, walked, walkMs } = await measureListing(bench);
    const name = `list, ${formatCount(pending)} pending`;
    return {
      figures: [
        { name: `${name}: first page, median`, unit: 'ms', value: median },
        { name: `${name}: first page, p99`, unit: 'ms', value: p99, target: atMost(FIRST_PAGE_MS) },
        { name: `${name}: walk, messages`, unit: 'count', value: walked, target: atLeast(pending) },
        { name: `${name}: walk`, unit: 'ms', value: walkMs },
      ],
    };
  },
};
