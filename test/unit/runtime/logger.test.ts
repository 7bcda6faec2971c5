import { expect } from 'chai';
import { createLogger, type LoggerOptions } from '../../../src/runtime/logger.ts';

function open(options: Partial<LoggerOptions> = {}) {
  const lines: string[] = [];
  const write = (line: string) => void lines.push(line);
  const asSet = { level: 'info', pretty: false, replica: 'r-1', secrets: [], ...options } as const;
  return { log: createLogger(asSet, { write }), lines };
}

describe('the log', () => {
  it('is a JSON object a line, with time and replica', () => {
    const { log, lines } = open();
    log.info({ id: 'a' }, 'attempt');
    expect(lines).to.have.length(1);
    expect(lines[0]).to.match(/^\{.*\}\n$/);
    const { time, ...rest } = JSON.parse(lines[0] ?? '');
    expect(rest).to.deep.equal({ level: 30, replica: 'r-1', id: 'a', msg: 'attempt' });
    expect(new Date(time).toISOString()).to.equal(time);
  });

  it('leaves out what is less severe than its level', () => {
    const { log, lines } = open({ level: 'warn' });
    log.info('a');
    log.warn('b');
    expect(lines.map((line) => JSON.parse(line).msg)).to.deep.equal(['b']);
  });

  it('pretty: a line to read, with the fields in it', () => {
    const { log, lines } = open({ pretty: true });
    log.info({ id: 'a' }, 'attempt');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colours
    const plain = lines.join('').replace(/\u001b\[\d+m/g, '');
    expect(plain).to.match(
      /^\[\d\d:\d\d:\d\d\.\d{3}\] INFO: attempt \{"replica":"r-1","id":"a"\}\n$/,
    );
  });

  describe('shows no secret', () => {
    const SECRET = 'hush "hush"';
    const shown = (options: Partial<LoggerOptions>, field: object, message = 'm') => {
      const { log, lines } = open({ secrets: ['x', SECRET], ...options });
      log.info(field, message);
      return lines.join('');
    };
    const failure = () => new Error(`AUTH failed for ${SECRET}`, { cause: new Error(SECRET) });

    for (const pretty of [false, true]) {
      it(`of the settings, wherever it stands in a line, ${pretty ? 'pretty' : 'JSON'}`, () => {
        for (const field of [{ err: failure() }, { error: SECRET }, { deep: { er: [SECRET] } }]) {
          expect(shown({ pretty }, field)).to.contain('***').and.not.contain('hush');
        }
        expect(shown({ pretty }, {}, `could not start: ${SECRET}`)).to.contain('start: ***');
      });
    }

    it('and is still JSON then', () => {
      const { err } = JSON.parse(shown({}, { err: failure() }));
      expect(err).to.include({ type: 'Error', message: 'AUTH failed for ***: ***' });
    });

    it('whole, where one secret begins another', () => {
      const secrets = ['secret-a', 'secret-a-and-more'];
      expect(shown({ secrets }, { error: 'secret-a-and-more' })).to.contain('"error":"***"');
    });

    it('but does not take a line apart for one that protects nothing', () => {
      expect(JSON.parse(shown({}, { axle: 'x' }))).to.include({ axle: 'x' });
    });

    it('of a request or a message: headers and members that are known to hold one', () => {
      const headers = { authorization: 'a1', cookie: 'a2', 'set-cookie': 'a3', accept: 'fine' };
      const line = shown({}, { headers, token: 'a4', password: 'a5', authorization: 'a6' });
      expect(line)
        .to.contain('fine')
        .and.not.match(/a[1-6]/);
      expect(headers.authorization).to.equal('a1');
    });

    it('of an error: nothing but its type, code, message and stack', () => {
      const command = { name: 'AUTH', args: ['a1'] };
      const err = Object.assign(new Error('refused'), { code: 'ENOAUTH', command });
      const { stack, ...rest } = JSON.parse(shown({}, { err })).err;
      expect(rest).to.deep.equal({ type: 'Error', code: 'ENOAUTH', message: 'refused' });
      expect(stack).to.contain('logger.test.ts').and.not.contain('AUTH"');
    });
  });
});
