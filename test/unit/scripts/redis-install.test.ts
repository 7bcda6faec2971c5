import { expect } from 'chai';
import { isAtLeast, planInstall, redisVersion } from '../../../scripts/lib/redis-install.mjs';

const machine = (isRoot: boolean, ...programs: string[]) => ({
  isRoot,
  has: (program: string) => programs.includes(program),
});

describe('scripts: installing Redis', () => {
  it('updates apt first, and does not ask', () => {
    const { update, attempts } = planInstall(machine(true, 'apt-get'));
    expect(update?.join(' ')).to.equal('env DEBIAN_FRONTEND=noninteractive apt-get update -q');
    expect(attempts.map((words) => words.join(' '))).to.deep.equal([
      'env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends redis-server',
    ]);
  });

  it('uses sudo without a password when not root', () => {
    const { attempts } = planInstall(machine(false, 'apk', 'sudo'));
    expect(attempts[0]?.join(' ')).to.equal('sudo -n apk add --no-cache redis');
    expect(attempts[1]?.join(' ')).to.equal('sudo -n apk add --no-cache valkey valkey-compat');
  });

  it('says what to run when it is neither root nor has sudo', () => {
    expect(planInstall(machine(false, 'dnf'))).to.deep.equal({
      update: undefined,
      attempts: [],
      byHand: 'run "sudo dnf install -y -q redis"',
    });
  });

  it('never runs brew as root, nor with sudo', () => {
    const asUser = planInstall(machine(false, 'brew', 'sudo'));
    expect(asUser.attempts).to.deep.equal([['brew', 'install', 'redis']]);
    expect(planInstall(machine(true, 'brew')).attempts).to.deep.equal([]);
  });

  it('asks for Redis where it knows no package manager', () => {
    expect(planInstall(machine(true)).byHand).to.equal('install Redis 6.2 or newer');
  });

  it('reads the version of Redis and of Valkey', () => {
    expect(redisVersion('Redis server v=7.0.15 sha=00000000:0 malloc=jemalloc')).to.equal('7.0.15');
    expect(redisVersion('Valkey server v=8.1.1 sha=00000000:0')).to.equal('8.1.1');
    expect(() => redisVersion('command not found')).to.throw('reinstall Redis');
  });

  it('compares versions by number', () => {
    expect(isAtLeast('6.2.0', '6.2')).to.equal(true);
    expect(isAtLeast('10.0.1', '6.2')).to.equal(true);
    expect(isAtLeast('6.0.20', '6.2')).to.equal(false);
  });
});
