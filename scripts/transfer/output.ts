import { type FileHandle, open, rm } from 'node:fs/promises';
import { errorCode, UserError } from '../lib/user-error.mjs';

/** Where an export goes. */
export interface Output {
  readonly name: string;
  /** Resolves when there is room for more. */
  write(text: string): Promise<void>;
  /** Resolves when everything is where it will stay: for a file, on the disk. */
  finish(): Promise<void>;
  /** Ends an export that failed; half a file is removed. */
  abandon(): Promise<void>;
}

/**
 * Creates a file that only its owner can read: payloads may be secret.
 * @throws UserError when it exists: it may be the only copy of an earlier export
 */
export async function fileOutput(name: string): Promise<Output> {
  const handle = await create(name);
  return {
    name,
    write: async (text) => {
      await handle.appendFile(text);
    },
    finish: async () => {
      await handle.sync();
      await handle.close();
    },
    abandon: async () => {
      await handle.close();
      await rm(name, { force: true });
    },
  };
}

async function create(name: string): Promise<FileHandle> {
  try {
    return await open(name, 'wx', 0o600);
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error;
    throw new UserError(`${name} exists: choose another name; no export is overwritten`);
  }
}

/** Standard output; a reader that leaves (`| head`) ends the export. */
export function standardOutput(): Output {
  const { stdout } = process;
  // Every write reports its own failure.
  stdout.on('error', () => undefined);
  const write = (text: string) =>
    new Promise<void>((resolve, reject) => {
      stdout.write(text, (error) => (error ? reject(error) : resolve()));
    });
  return {
    name: 'standard output',
    write,
    finish: () => write(''),
    abandon: () => Promise.resolve(),
  };
}
