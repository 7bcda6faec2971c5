// npm run chaos: injects faults into real processes and judges what became of every message; --help says more.
import { runProgram } from './lib/program.mjs';

await runProgram(async () => (await import('./chaos/main.ts')).runChaos);
