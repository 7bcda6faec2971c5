import { expect } from 'chai';
import { burstChart } from '../../../../scripts/bench/charts/burst-chart.ts';
import { formatDuration, latenessChart } from '../../../../scripts/bench/charts/lateness-chart.ts';
import { logScale, spread } from '../../../../scripts/bench/charts/log-scale.ts';
import { element, text } from '../../../../scripts/bench/charts/svg.ts';

/** The names of all elements of a well-formed document; throws when it is none. */
function elementsOf(xml: string): string[] {
  const names: string[] = [];
  const open: string[] = [];
  const rest = xml.replace(
    /<(\/?)([a-z]+)((?: [a-zA-Z\d:-]+="[^"<]*")*)(\/?)>/g,
    (_all, closes: string, name: string, _attributes, empty: string) => {
      if (closes !== '') expect(open.pop()).to.equal(name);
      else names.push(name);
      if (closes === '' && empty === '') open.push(name);
      return '';
    },
  );
  expect(open, 'elements left open').to.deep.equal([]);
  expect(rest, 'text').not.to.match(/[<>]|&(?!(?:amp|lt|gt|quot);)/);
  return names;
}

const at = (value: number, orMore = false) => ({ value, orMore });

const POINTS = [
  { system: 'ours', pending: 1_000_000, p50: at(2), p99: at(5) },
  { system: 'ours', pending: 0, p50: at(1.9), p99: at(4.5) },
  { system: 'a <b> & "c"', pending: 0, p50: at(44), p99: at(190) },
  { system: 'a <b> & "c"', pending: 1_000_000, p50: at(45_000, true), p99: at(45_000, true) },
];

describe('bench: charts', () => {
  it('escapes what means something in XML', () => {
    expect(text(1, 2.04, 'a < b & c')).to.equal('<text x="1" y="2">a &lt; b &amp; c</text>');
    expect(element('a', { b: '"<', c: undefined })).to.equal('<a b="&quot;&lt;"/>');
  });

  it('gives every power of ten the same room on a logarithmic axis', () => {
    const { ticks, position } = logScale([2, 45_000], 300, 100);
    expect(ticks).to.deep.equal([1, 10, 100, 1000, 10_000, 100_000]);
    expect(ticks.map(position)).to.deep.equal([300, 260, 220, 180, 140, 100]);
    expect(position(Math.sqrt(10))).to.be.closeTo(280, 1e-9);
  });

  it('has an axis for a single value, a power of ten too', () => {
    const { ticks, position } = logScale([10], 0, 100);
    expect(ticks).to.deep.equal([10, 100]);
    expect(position(10)).to.equal(0);
  });

  it('moves labels apart and keeps their order', () => {
    const [high, low, far] = spread([51, 50, 200], 16) as [number, number, number];
    expect(high - low).to.be.closeTo(16, 0.1);
    expect((high + low) / 2).to.be.closeTo(50.5, 0.1);
    expect(far).to.equal(200);
  });

  it('draws lateness: a line for each system and quantile, named, with axes and a description', () => {
    const svg = latenessChart(POINTS);
    const elements = elementsOf(svg);
    expect(elements.filter((name) => name === 'polyline')).to.have.length(4);
    expect(elements.filter((name) => name === 'circle')).to.have.length(8);
    for (const label of ['1 ms', '10 ms', '1 s', '100 s', '1,000,000', 'messages pending']) {
      expect(svg).to.contain(`>${label}</text>`);
    }
    expect(svg).to.contain('>ours p99: 5 ms</text>');
    expect(svg).to.contain('>a &lt;b&gt; &amp; &quot;c&quot; p50: ≥ 45 s</text>');
    expect(svg).to.match(/<desc id="desc">ours, p50: 1\.9 ms with 0 pending, 2 ms with 1,000,000/);
  });

  it('draws a burst: bars as long as their figures', () => {
    const svg = burstChart([
      { system: 'ours', perSecond: 3000 },
      { system: 'raw', perSecond: 4000 },
    ]);
    elementsOf(svg);
    const bars = [...svg.matchAll(/class="fill" x="[\d.]+" y="[\d.]+" width="([\d.]+)"/g)];
    const [ours = 0, raw = 0] = bars.map(([, width]) => Number(width));
    expect(ours / raw).to.be.closeTo(0.75, 0.001);
    expect(svg).to.contain('>3,000/s</text>');
  });

  it('can be read on light and dark pages', () => {
    const svg = latenessChart(POINTS);
    expect(svg).to.contain('@media (prefers-color-scheme: dark)');
    expect(svg).to.match(/<rect class="card"/);
    expect(svg).to.contain('role="img" aria-labelledby="title desc"');
  });

  it('writes durations in the unit that suits them', () => {
    expect([1.94, 130.4, 999, 1000, 45_000].map(formatDuration)).to.deep.equal([
      '1.9 ms',
      '130 ms',
      '999 ms',
      '1 s',
      '45 s',
    ]);
  });
});
