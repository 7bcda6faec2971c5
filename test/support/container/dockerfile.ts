/** One instruction: its name in capitals, its flags (`--from=build`), and what follows. */
export interface Instruction {
  readonly name: string;
  readonly flags: Readonly<Record<string, string>>;
  readonly rest: string;
}

export interface Stage {
  /** What `COPY --from` calls it; the last one may have no name. */
  readonly name: string;
  readonly steps: readonly Instruction[];
}

/** The instructions that the tests know how to carry out, or may leave out. */
const KNOWN = [
  ...['FROM', 'ARG', 'LABEL', 'ENV', 'WORKDIR', 'COPY', 'RUN'],
  ...['USER', 'EXPOSE', 'HEALTHCHECK', 'CMD'],
];

/**
 * Reads a Dockerfile: stages with their instructions.
 * @throws Error naming an instruction that is not known
 */
export function readDockerfile(text: string): Stage[] {
  const stages: { name: string; steps: Instruction[] }[] = [];
  for (const line of logicalLines(text)) {
    const instruction = toInstruction(line);
    if (instruction.name === 'FROM') {
      stages.push({ name: /\sAS\s+(\S+)$/i.exec(instruction.rest)?.[1] ?? '', steps: [] });
      continue;
    }
    const stage = stages.at(-1);
    if (stage === undefined) throw new Error(`${instruction.name} comes before the first FROM`);
    stage.steps.push(instruction);
  }
  return stages;
}

/** Lines without comments and empty ones; those that end with a backslash go on with the next. */
function logicalLines(text: string): string[] {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.trimStart().startsWith('#'))
    .join('\n')
    .replaceAll(/\\\n\s*/g, '')
    .split('\n');
}

function toInstruction(line: string): Instruction {
  const [, name = '', flags = '', rest = ''] = /^(\S+)((?:\s+--\S+)*)\s+(.*)$/.exec(line) ?? [];
  if (!KNOWN.includes(name)) throw new Error(`not an instruction that is known: ${line}`);
  const pairs = flags
    .split(/\s+/)
    .filter(Boolean)
    .map((flag) => {
      const [key = '', ...value] = flag.slice(2).split('=');
      return [key, value.join('=')];
    });
  return { name, flags: Object.fromEntries(pairs), rest };
}

/** The words of an instruction in the form of an array, as a process gets them: no shell comes between. */
export function execForm(rest: string): string[] {
  const words: unknown = JSON.parse(rest);
  if (!Array.isArray(words) || words.some((word) => typeof word !== 'string')) {
    throw new Error(`not an array of words: ${rest}`);
  }
  return words;
}
