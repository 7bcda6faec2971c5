// npm run export: writes every message as a line of JSON; --help says more.
import { runTool } from './lib/tool.mjs';

await runTool('transfer/export.ts');
