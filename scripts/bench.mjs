// npm run bench: measures the built service against real processes; --help says more.
import { runProgram } from './lib/program.mjs';

await runProgram(async () => (await import('./bench/main.ts')).runBench);
