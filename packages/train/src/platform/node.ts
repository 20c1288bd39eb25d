import { mkdir, open } from 'node:fs/promises';
import { homedir, hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { threadId } from 'node:worker_threads';

/** An environment variable, where it is set and not empty. */
export function environment(name: string): string | undefined {
  return process.env[name] || undefined;
}

/** The folder that keeps what was downloaded: GRADUS_CACHE, or a folder of the user's cache. */
export function cacheFolder(name: string): string | undefined {
  const windows = process.platform === 'win32' ? environment('LOCALAPPDATA') : undefined;
  const home = environment('XDG_CACHE_HOME') ?? windows ?? join(homedir(), '.cache');
  return join(environment('GRADUS_CACHE') ?? join(home, 'gradus'), name);
}

/** Whether what is printed goes to a terminal, where a line can be drawn again. */
export function terminal(): boolean {
  return process.stdout.isTTY;
}

/** Prints without ending the line. */
export function write(text: string): void {
  process.stdout.write(text);
}

/** The machine and the process, and the thread of those that have several. */
export function processName(): string {
  return `${hostname()}.${process.pid}${threadId === 0 ? '' : `-${threadId}`}`;
}

/**
 * Writes `bytes` at `position`, where the file ends then; 0 makes the file, and the folders that lead to it. False, and
 * nothing is done, if there is no such file or it ends before.
 */
export async function writeAt(path: string, position: number, bytes: Uint8Array): Promise<boolean> {
  if (position === 0) await mkdir(dirname(path), { recursive: true });
  const file = await open(path, position === 0 ? 'w' : 'r+').catch(absent);
  try {
    if (!file || (await file.stat()).size < position) return false;
    await file.truncate(position);
    for (let done = 0; done < bytes.length;) {
      done += (await file.write(bytes, done, bytes.length - done, position + done)).bytesWritten;
    }
    await file.datasync();
    return true;
  } finally {
    await file?.close();
  }
}

function absent(error: unknown): undefined {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
  throw error;
}
