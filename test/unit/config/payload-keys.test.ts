import { expect } from 'chai';
import { ConfigError, readStoreConfig } from '../../../src/config/config.ts';

const KEY = Buffer.alloc(32, 7).toString('base64');
const OTHER = Buffer.alloc(32, 8).toString('base64url');

function problemsOf(PAYLOAD_KEYS: string): readonly string[] {
  try {
    readStoreConfig({ PAYLOAD_KEYS });
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

describe('config: PAYLOAD_KEYS', () => {
  it('are read in their order, and shown by nothing that prints the configuration', () => {
    const config = readStoreConfig({ PAYLOAD_KEYS: `new:${KEY}, old.1:${OTHER}` });
    const read = config.payloadKeys.map(({ id, key }) => [id, key.export().toString('base64')]);
    expect(read).to.deep.equal([
      ['new', KEY],
      ['old.1', Buffer.alloc(32, 8).toString('base64')],
    ]);
    expect(JSON.stringify(config)).not.to.contain(KEY.slice(0, 8));
    expect(readStoreConfig({}).payloadKeys).to.deep.equal([]);
  });

  it('are named by their place when they are wrong, and never shown', () => {
    const secret = 'bm90LTMyLWJ5dGVz';
    expect(problemsOf(`a:${KEY},${secret},b:${secret}`)).to.deep.equal([
      'PAYLOAD_KEYS: entry 2 must be id:key, the key 32 bytes in base64',
      'PAYLOAD_KEYS: entry 3 must be id:key, the key 32 bytes in base64',
    ]);
    expect(problemsOf(`a:${KEY},a:${OTHER}`)).to.deep.equal([
      'PAYLOAD_KEYS: the id a is taken twice',
    ]);
  });
});
