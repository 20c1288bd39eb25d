/** Record files: each record is its length, a checksum of that, the data and a checksum of these. */
import { FormatError } from '@gradus/tensor';
import { maskedCrc32c } from './crc32c.js';

const [header, footer] = [12, 4];

export function record(data: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(header + data.length + footer);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, BigInt(data.length), true);
  view.setUint32(8, maskedCrc32c(bytes.subarray(0, 8)), true);
  bytes.set(data, header);
  view.setUint32(header + data.length, maskedCrc32c(data), true);
  return bytes;
}

/**
 * The records of a file. One at the end that is not whole is left out: somebody is writing it, or was when the machine stopped.
 *
 * @throws FormatError where a checksum is wrong
 */
export function* recordsOf(bytes: Uint8Array): Generator<Uint8Array> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at + header <= bytes.length;) {
    check(view.getUint32(at + 8, true), bytes.subarray(at, at + 8), at);
    const end = at + header + Number(view.getBigUint64(at, true));
    if (end + footer > bytes.length) return;
    const data = bytes.subarray(at + header, end);
    check(view.getUint32(end, true), data, at);
    yield data;
    at = end + footer;
  }
}

function check(found: number, data: Uint8Array, at: number): void {
  if (found !== maskedCrc32c(data)) throw new FormatError(`event file: the record at byte ${at} is damaged: its checksum is wrong`);
}
