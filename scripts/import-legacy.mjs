// npm run import-legacy: takes over the messages of the old service; --help says more.
import { runTransfer } from './lib/transfer.mjs';

await runTransfer('import-legacy.ts');
