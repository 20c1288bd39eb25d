import { readFile, writeFileAtomically } from '@gradus/nn';

/** A file of a data set that cannot be had: the message names the addresses, the path where the file would be looked for, and what failed. */
export class DownloadError extends Error {
  override readonly name: string = 'DownloadError';
}

/** A file that anybody may download, known by its digest. */
export interface RemoteFile {
  readonly name: string;
  /** Where it is kept: the first that answers with the right bytes is taken. */
  readonly urls: readonly string[];
  /** SHA-256 of the file, in hexadecimal. */
  readonly sha256: string;
}

/** The part of the platform's `fetch` that is needed; tests pass their own. */
export type Fetch = (url: string) => Promise<Response>;

/**
 * The bytes of a file: from `folder`, where an earlier call left them, or downloaded. Nothing is returned or kept unless its digest is right, and a
 * damaged copy in the folder is replaced. Without a folder (in a browser, whose own cache serves as well) nothing is kept.
 */
export async function cached(file: RemoteFile, folder: string | undefined, fetch: Fetch): Promise<Uint8Array> {
  const path = folder === undefined ? undefined : `${folder}/${file.name}`;
  const kept = path === undefined ? undefined : await readFile(path).catch(() => undefined);
  if (kept !== undefined && (await sha256(kept)) === file.sha256) return kept;
  const bytes = await download(file, path, fetch);
  if (path !== undefined) await writeFileAtomically(path, bytes).catch(() => undefined); // a home that cannot be written to only costs the next download
  return bytes;
}

async function download(file: RemoteFile, path: string | undefined, fetch: Fetch): Promise<Uint8Array> {
  const failures: string[] = [];
  for (const url of file.urls) {
    try {
      return await verified(file, await fetch(url));
    } catch (error) {
      failures.push(`  ${url}: ${reasonOf(error)}`);
    }
  }
  const advice = path === undefined ? '' : `\nWithout a network, put the file at ${path} yourself, or name a folder that has it.`;
  throw new DownloadError(`${file.name} cannot be downloaded:\n${failures.join('\n')}${advice}`);
}

async function verified({ sha256: expected }: RemoteFile, response: Response): Promise<Uint8Array> {
  if (!response.ok) throw new Error(`the server answered ${response.status}`);
  const bytes = new Uint8Array(await response.arrayBuffer());
  const found = await sha256(bytes);
  if (found === expected) return bytes;
  throw new Error(`${bytes.length} bytes with the SHA-256 ${found}, expected ${expected}`);
}

/** fetch says "fetch failed" and hides why in its cause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message} (${error.cause.message})` : error.message;
}

/** The digest in hexadecimal. */
export async function sha256(bytes: Uint8Array): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new Uint8Array(bytes));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
