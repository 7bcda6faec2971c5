// npm run inspect: prints what is in Redis, readable; --help says more.
import { runTool } from './lib/tool.mjs';

await runTool('inspect/main.ts');
