import { randomUUID } from 'node:crypto';
import { mkdir, open, readFile as read, realpath, rename, rm, stat, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** All bytes of a file. */
export async function readFile(path: string): Promise<Uint8Array> {
  const buffer = await read(path);
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength);
}

/**
 * Writes a whole file so that a reader, or a machine that loses power, finds either the old file or the new one.
 *
 * The bytes go to a temporary file in the same folder (a rename is atomic within one file system only), reach the disk, and take the name in one
 * step; then the folder's entry reaches the disk as well. When anything fails the temporary file is removed and the old file stands as it was.
 */
export async function writeFileAtomically(path: string, bytes: Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const target = await realpath(path).catch(() => path); // a link keeps pointing where it points: the file behind it is replaced
  const folder = dirname(target);
  const temporary = join(folder, `.${basename(target)}.${randomUUID()}.tmp`);
  try {
    await writeAndSync(temporary, bytes, await modeOf(target));
    await rename(temporary, target);
  } catch (error) {
    await unlink(temporary).catch(() => undefined);
    throw error;
  }
  await syncFolder(folder);
}

/** 'wx' refuses a file that exists: no two writers ever share a temporary file. */
async function writeAndSync(path: string, bytes: Uint8Array, mode: number): Promise<void> {
  const file = await open(path, 'wx', mode);
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** The permissions of the file that is replaced, or those of any new file. */
async function modeOf(path: string): Promise<number> {
  return stat(path).then(
    ({ mode }) => mode & 0o777,
    () => 0o666,
  );
}

/** Windows, and some network file systems, cannot sync a folder; the file itself is complete there all the same. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r').catch(() => undefined);
  await folder?.sync().catch(() => undefined);
  await folder?.close().catch(() => undefined);
}

/** Removes a file, if there is one. */
export async function removeFile(path: string): Promise<void> {
  await rm(path, { force: true });
}
