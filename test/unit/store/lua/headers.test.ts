import { expect } from 'chai';
import { SCRIPT_NAMES, scriptSource } from '../../../../src/store/scripts.ts';
import {
  findAll,
  luaNames,
  promised,
  promisedTags,
  readLua,
  returnedTags,
  used,
} from './lua-script.ts';

const FUNCTION = /^local function (\w+)/gm;

/** Helper function → the include it is in. */
const HELPERS = new Map(
  luaNames('includes').flatMap((include) =>
    findAll(readLua(`includes/${include}`).body, FUNCTION).map((helper) => [helper, include]),
  ),
);

/** The includes whose helpers a text calls. */
function calledIncludes(body: string): string[] {
  const called = findAll(body, /(?<!function )\b(\w+)\(/g).map((name) => HELPERS.get(name));
  return [...new Set(called)].filter((include) => include !== undefined).sort();
}

describe('store: Lua scripts', () => {
  it('are those of SCRIPT_NAMES, one file each', () => {
    expect(luaNames()).to.have.members([...SCRIPT_NAMES]);
    expect(HELPERS.size).to.be.above(0);
  });

  for (const name of SCRIPT_NAMES) {
    describe(`${name}.lua`, () => {
      const { header, body } = readLua(name);

      it('says in its first line what it does', () => {
        expect(header).to.match(/^-- \S.+\.(\n|$)|^-- \S.+\n-- \S/);
      });

      for (const table of ['KEYS', 'ARGV'] as const) {
        it(`lists every ${table} it uses, no other, in order`, () => {
          const listed = promised(header, table);
          expect(listed).to.have.members(used(body, table));
          const numbers = listed.map((entry) => Number.parseInt(entry, 10));
          expect(numbers).to.deep.equal(numbers.map((_, i) => i + 1));
        });
      }

      it('lists every tag it returns and no other', () => {
        const tags = promisedTags(header);
        expect(tags).not.to.have.length(0);
        expect(tags).to.deep.equal(returnedTags(body, readLua('includes/fence').body));
      });

      it('includes exactly the helpers it calls', () => {
        const line = /^-- Includes (.+)$/m.exec(header)?.[1] ?? '';
        expect(line.split(', ').filter(Boolean).sort()).to.deep.equal(calledIncludes(body));
      });

      it('reads the time at most once', () => {
        expect(body.match(/\bnow_ms\(/g)?.length ?? 0).to.be.at.most(1);
        expect(body).not.to.match(/'TIME'/i);
        expect(scriptSource(name).match(/'TIME'/gi)?.length ?? 0).to.be.at.most(1);
      });

      it('reaches no key but through KEYS and the prefixes it is given, and never lists them', () => {
        expect(body).not.to.match(/redis\.p?call\('(?:KEYS|SCAN|RANDOMKEY|FLUSH\w*)'/i);
        expect(body).not.to.match(/'(?:message|due|index|log|claim):/);
      });

      it('is put together from its includes and itself', () => {
        const texts = calledIncludes(body).map((include) => readLua(`includes/${include}`).text);
        const source = scriptSource(name);
        for (const text of texts) expect(source).to.contain(text);
        expect(source.endsWith(readLua(name).text)).to.equal(true);
      });
    });
  }

  for (const include of luaNames('includes')) {
    it(`includes/${include}.lua is used, explains each helper and needs no other include`, () => {
      const helpers = readLua(`includes/${include}`);
      const users = SCRIPT_NAMES.filter((name) =>
        calledIncludes(readLua(name).body).includes(include),
      );
      expect(users).not.to.have.length(0);
      for (const helper of findAll(helpers.body, FUNCTION)) {
        expect(helpers.text).to.match(new RegExp(`^-- ${helper}\\(\\): `, 'm'));
      }
      expect(calledIncludes(helpers.body)).to.deep.equal([]);
    });
  }
});
