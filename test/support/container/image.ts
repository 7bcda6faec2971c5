import { cpSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { root } from '../../../scripts/lib/root.mjs';
import { runQuietly } from '../../../scripts/lib/run.mjs';
import { linkModules } from '../linked-modules.ts';
import { execForm, type Instruction, readDockerfile, type Stage } from './dockerfile.ts';

/** What became of a Dockerfile without a container engine. */
export interface Image {
  /** The folder that `WORKDIR` of the last stage is. */
  readonly dir: string;
  readonly env: Readonly<Record<string, string>>;
  /** As `USER` has it: numbers of the user and the group. */
  readonly user: { readonly uid: number; readonly gid: number };
  readonly command: readonly string[];
  readonly healthCheck: readonly string[];
}

/**
 * Carries out the Dockerfile of the repository: every stage is a folder below `target`, where its COPY and
 * RUN instructions do to it what they do to an image. What the base image brings is what this machine has.
 * @throws Error when an instruction cannot be carried out
 */
export async function buildImage(target: string): Promise<Image> {
  const stages = readDockerfile(readFileSync(path.join(root, 'Dockerfile'), 'utf8'));
  const last = stages.pop();
  if (last === undefined) throw new Error('the Dockerfile has no stage');
  await Promise.all(stages.map((stage) => buildStage(stage, target)));
  const dir = await buildStage(last, target);
  const all = (name: string) => last.steps.filter((step) => step.name === name);
  const one = (name: string) => {
    const [step, ...others] = all(name);
    if (step === undefined || others.length > 0) throw new Error(`${name} is to be there once`);
    return step.rest;
  };
  const [uid, gid] = one('USER').split(':').map(Number);
  if (!Number.isInteger(uid) || !Number.isInteger(gid)) throw new Error('USER is no two numbers');
  return {
    dir,
    env: Object.fromEntries(all('ENV').flatMap(({ rest }) => pairsIn(rest))),
    user: { uid: Number(uid), gid: Number(gid) },
    command: execForm(one('CMD')),
    healthCheck: execForm(one('HEALTHCHECK').replace(/^.*?CMD\s+/, '')),
  };
}

/** `A=1 B=2`, the one form of ENV that is known here. */
function pairsIn(text: string): [string, string][] {
  return text.split(/\s+/).map((pair) => {
    const [, name, value] = /^(\w+)=([^\s"']+)$/.exec(pair) ?? [];
    if (name === undefined || value === undefined) throw new Error(`ENV ${text}: not name=value`);
    return [name, value];
  });
}

/** @returns its working directory */
async function buildStage({ name, steps }: Stage, target: string): Promise<string> {
  let dir = path.join(target, name || 'last');
  for (const step of steps) {
    if (step.name === 'WORKDIR') dir = path.join(target, name || 'last', step.rest);
    mkdirSync(dir, { recursive: true });
    if (step.name === 'COPY') copy(step, dir, target);
    if (step.name === 'RUN') await runStep(step, dir);
  }
  return dir;
}

function copy({ flags: { from }, rest }: Instruction, dir: string, target: string): void {
  const words = rest.split(/\s+/);
  const to = words.pop() ?? '';
  for (const source of words) {
    const origin = from === undefined ? fromContext(source) : path.join(target, from, source);
    // Of a folder the content is copied, wherever to; a file goes into what ends with a slash.
    const isInto = to.endsWith('/') && !statSync(origin).isDirectory();
    const place = path.join(dir, to, isInto ? path.basename(source) : '');
    cpSync(origin, place, { recursive: true, verbatimSymlinks: true });
  }
}

/** A path of the build context: what .dockerignore leaves out is not there. */
function fromContext(source: string): string {
  const rules = readFileSync(path.join(root, '.dockerignore'), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
  if (rules[0] !== '*' || !rules.includes(`!${source}`)) {
    throw new Error(`.dockerignore leaves out ${source}, which the Dockerfile copies`);
  }
  return path.join(root, source);
}

async function runStep({ rest }: Instruction, dir: string): Promise<void> {
  // The modules that a build installs first are there already, from the same lockfile.
  if (rest === 'npm run build') linkModules(dir);
  const inherited = Object.entries(process.env).filter(([name]) => !/^(?:npm_|NODE_)/.test(name));
  const env = { ...Object.fromEntries(inherited), npm_config_prefer_offline: 'true' };
  const { code, output } = await runQuietly('sh', ['-c', rest], { cwd: dir, env });
  if (code !== 0) throw new Error(`RUN ${rest} ended with ${code}:\n${output}`);
}
