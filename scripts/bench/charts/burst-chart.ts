import { formatValue } from '../report/format.ts';
import type { BurstBar } from '../report/series.ts';
import { element, picture, text } from './svg.ts';

const WIDTH = 860;
const LEFT = 130;
const RIGHT = 120;
const TOP = 76;
const BAR = 34;
const GAP = 16;
const BOTTOM = 12;

/**
 * Deliveries per second as bars.
 * @param bars the first one is ours
 */
export function burstChart(bars: readonly BurstBar[]): string {
  const most = Math.max(...bars.map(({ perSecond }) => perSecond));
  const shown = bars.map((bar) => ({ ...bar, label: formatValue(bar.perSecond, '/s') }));
  const picked = {
    width: WIDTH,
    height: TOP + bars.length * (BAR + GAP) + BOTTOM,
    title: 'Deliveries per second, many messages due at one instant',
    description: shown.map(({ system, label }) => `${system}: ${label}.`).join(' '),
  };
  return picture(picked, [
    text(
      20,
      54,
      'Same receiver, 64 requests at once. BullMQ: with our client. Raw got: no scheduler, got as it comes.',
      {
        class: 'muted',
      },
    ),
    ...shown.flatMap(({ system, perSecond, label }, row) => {
      const y = TOP + row * (BAR + GAP);
      const width = (perSecond / most) * (WIDTH - LEFT - RIGHT);
      const middle = y + BAR / 2 + 5;
      return [
        text(LEFT - 12, middle, system, { 'text-anchor': 'end' }),
        element('g', { class: `s${row}` }, [
          element('rect', { class: 'fill', x: LEFT, y, width, height: BAR, rx: 3 }),
          text(LEFT + width + 10, middle, label, { class: 'fill' }),
        ]),
      ];
    }),
  ]);
}
