// npm run import-legacy: takes over the messages of the old service; --help says more.
import { runTool } from './lib/tool.mjs';

await runTool('transfer/import-legacy.ts');
