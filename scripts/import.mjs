// npm run import: puts the messages of an export back; --help says more.
import { runTool } from './lib/tool.mjs';

await runTool('transfer/import.ts');
