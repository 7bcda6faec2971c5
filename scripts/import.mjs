// npm run import: puts the messages of an export back; --help says more.
import { runTransfer } from './lib/transfer.mjs';

await runTransfer('import.ts');
