// npm run export: writes every message as a line of JSON; --help says more.
import { runTransfer } from './lib/transfer.mjs';

await runTransfer('export.ts');
