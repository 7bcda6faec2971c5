import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { smallestUser } from '../../../scripts/harness/redis-user.ts';
import { Keys } from '../../../src/store/keys.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const STORE = path.join(ROOT, 'src/store');

/** Sent for us by the Redis client. */
const BY_THE_CLIENT = ['client|setname', 'eval', 'evalsha'];

/** Only export and import run these. */
const OF_TRANSFERS = /(?:adopt|restore|remove)\.lua$/;

const { words } = smallestUser();
const granted = words.filter((word) => word.startsWith('+')).map((word) => word.slice(1));

/** The texts of the store's sources that the service itself uses. */
function sources(extension: string): string[] {
  return readdirSync(STORE, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith(extension) && !OF_TRANSFERS.test(file))
    .map((file) => readFileSync(path.join(STORE, file), 'utf8'));
}

describe('config/redis-acl.conf', () => {
  const scripts = sources('.lua').join('\n');
  const code = sources('.ts').join('\n');

  it('grants every command of the scripts', () => {
    const used = [...scripts.matchAll(/redis\.p?call\('([A-Z]+)'/g)].map(([, name = '']) =>
      name.toLowerCase(),
    );
    expect(used.length).to.be.above(50);
    expect(granted).to.include.members(used);
  });

  it('grants no command that nobody uses', () => {
    const unused = granted.filter(
      (command) =>
        !BY_THE_CLIENT.includes(command) &&
        !new RegExp(`redis\\.p?call\\('${command.toUpperCase()}'`).test(scripts) &&
        !new RegExp(`\\.${command}\\(`).test(code),
    );
    expect(unused).to.deep.equal([]);
    expect(words).to.include('-@all').and.not.include('+@all');
  });

  it('opens the keys of messages and replicas, and no others', () => {
    const keys = new Keys('', 1);
    const kinds = [
      ...[...keys.ofMessage('a'), keys.deliveryLog(0), keys.claimRecord(0, 'r')],
      ...[keys.canary(0, 'r'), keys.auditTurn(), keys.idempotency(0, 'k'), keys.callRecord(0, 'c')],
      ...new Keys('', 2).slotGuard('index:{1}:due'),
    ].map((key) => `~${key.slice(0, key.indexOf(':'))}:*`);
    const opened = words.filter((word) => word.startsWith('~'));
    expect(opened).to.have.members([...new Set(kinds)]);
    expect(words.filter((word) => word.startsWith('&'))).to.deep.equal(['&__keyevent@0__:expired']);
  });
});
