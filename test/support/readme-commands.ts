import { readFileSync } from 'node:fs';

/** The command lines of a chapter that call a program, without what is remarked beside them, in order. */
export function commandsOf(readme: string, heading: string, program: string): string[] {
  const text = readFileSync(new URL(`../../${readme}`, import.meta.url), 'utf8');
  const [, chapter = ''] = text.split(`\n## ${heading}\n`);
  const [section = ''] = chapter.split('\n## ');
  const blocks = [...section.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, block = '']) => block);
  const lines = blocks.join('').split('\n');
  return lines
    .map((line) => line.replace(/\s+# .*$/, ''))
    .filter((line) => line.startsWith(`${program} `));
}
