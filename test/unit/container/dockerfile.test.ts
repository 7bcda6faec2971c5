import { expect } from 'chai';
import { execForm, readDockerfile } from '../../support/container/dockerfile.ts';

const TEXT = `
# What it is
FROM node:20-slim AS build
WORKDIR /app
COPY a b ./
# between
RUN --mount=type=cache,target=/root/.npm npm ci && \\
    npm run build

FROM node:20-slim
COPY --from=build /app/dist dist
HEALTHCHECK --interval=10s \\
  CMD ["node", "-e", "1"]
`;

describe('the reader of the Dockerfile', () => {
  it('finds stages, and instructions with their flags, over several lines too', () => {
    const [build, last, ...others] = readDockerfile(TEXT);
    expect(others).to.deep.equal([]);
    expect(build?.name).to.equal('build');
    expect(build?.steps).to.deep.equal([
      { name: 'WORKDIR', flags: {}, rest: '/app' },
      { name: 'COPY', flags: {}, rest: 'a b ./' },
      {
        name: 'RUN',
        flags: { mount: 'type=cache,target=/root/.npm' },
        rest: 'npm ci && npm run build',
      },
    ]);
    expect(last?.name).to.equal('');
    expect(last?.steps).to.deep.equal([
      { name: 'COPY', flags: { from: 'build' }, rest: '/app/dist dist' },
      { name: 'HEALTHCHECK', flags: { interval: '10s' }, rest: 'CMD ["node", "-e", "1"]' },
    ]);
  });

  it('refuses what it would not carry out', () => {
    expect(() => readDockerfile('FROM a\nADD b c\n')).to.throw('not an instruction that is known');
    expect(() => readDockerfile('RUN a\n')).to.throw('RUN comes before the first FROM');
    expect(() => execForm('node dist/main.js')).to.throw();
    expect(() => execForm('{"a": 1}')).to.throw('not an array of words');
    expect(execForm('["node", "-e", "1"]')).to.deep.equal(['node', '-e', '1']);
  });
});
