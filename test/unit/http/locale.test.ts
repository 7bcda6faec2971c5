import { expect } from 'chai';
import { fill, type Locale, localeOf } from '../../../src/http/locale/locale.ts';

const PLACEHOLDER = /\{\d*\}/g;

/** The rules that ask for something that must be named. */
const WITH_LIMIT = [
  ...['type', 'min-length', 'max-length', 'max-total', 'max-bytes', 'refused-destination'],
  ...['minimum', 'maximum', 'choice', 'later-than'],
  ...['min-items', 'max-items', 'contradicts', 'durability-here'],
];

const portuguese = localeOf('pt-BR');
const english = localeOf('en');

/** Path → text, for every text of a catalogue. */
function texts(locale: Locale): Map<string, string> {
  const found = new Map<string, string>();
  const walk = (value: unknown, path: string): void => {
    if (typeof value === 'string') found.set(path, value);
    else if (typeof value === 'object' && value !== null) {
      for (const [name, part] of Object.entries(value)) walk(part, `${path}/${name}`);
    } else throw new Error(`${path} is neither a text nor a group of texts`);
  };
  walk(locale, '');
  return found;
}

describe('http: locales', () => {
  it('have the same texts, none of them empty', () => {
    expect([...texts(english).keys()].sort()).to.deep.equal([...texts(portuguese).keys()].sort());
    for (const locale of [english, portuguese]) {
      for (const [path, text] of texts(locale)) expect(text.trim(), path).not.to.equal('');
    }
  });

  it('have the same placeholders in the same texts, and none but {0}', () => {
    for (const [path, text] of texts(english)) {
      const placeholders = text.match(PLACEHOLDER) ?? [];
      expect(texts(portuguese).get(path)?.match(PLACEHOLDER) ?? [], path).to.deep.equal(
        placeholders,
      );
      for (const placeholder of placeholders) expect(placeholder, path).to.equal('{0}');
    }
  });

  it('name the limit in exactly the rules that have one', () => {
    for (const { rules } of [english, portuguese]) {
      const withLimit = Object.entries(rules).filter(([, text]) => text.includes('{0}'));
      expect(withLimit.map(([rule]) => rule)).to.have.members(WITH_LIMIT);
    }
  });

  it('differ: a text left in the other language would be the same', () => {
    // Short words and the placeholder alone may agree.
    const same = [...texts(english)].filter(
      ([path, text]) => text.length > 12 && texts(portuguese).get(path) === text,
    );
    expect(same).to.deep.equal([]);
  });

  it('fill takes the value as it is, whatever it contains', () => {
    expect(fill('a {0} b {0}', 'x')).to.equal('a x b x');
    expect(fill('{0}', "$& $1 $' {0}")).to.equal("$& $1 $' {0}");
    expect(fill('none', 'x')).to.equal('none');
  });
});
