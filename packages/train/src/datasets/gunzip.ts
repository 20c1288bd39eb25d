import { FormatError } from '@gradus/tensor';

/** Whether the bytes begin as a gzip file does. */
export const isGzip = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b;

/**
 * Unpacks a gzip file with what browsers and Node both have.
 *
 * @param limit - more bytes than this are refused while they come: a small file can unpack to any size
 * @throws FormatError where the file is damaged, cut short or too large
 */
export async function gunzip(bytes: Uint8Array, limit: number): Promise<Uint8Array> {
  const reader = new Blob([new Uint8Array(bytes)]).stream().pipeThrough(new DecompressionStream('gzip')).getReader();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for (let chunk = await next(reader); chunk !== undefined; chunk = await next(reader)) {
    size += chunk.length;
    if (size > limit) {
      await reader.cancel().catch(() => undefined);
      throw new FormatError(`gzip: unpacks to more than the ${limit} bytes that are expected`);
    }
    chunks.push(chunk);
  }
  return joined(chunks, size);
}

async function next(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<Uint8Array | undefined> {
  try {
    return (await reader.read()).value;
  } catch (error) {
    throw new FormatError(`gzip: the file is damaged or cut short (${error instanceof Error ? error.message : String(error)})`);
  }
}

function joined(chunks: readonly Uint8Array[], size: number): Uint8Array {
  const all = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.length;
  }
  return all;
}
