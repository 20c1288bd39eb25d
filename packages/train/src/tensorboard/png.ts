import { crc32 } from '@gradus/nn';
import { joined } from './bytes.js';

/** An image as numbers from 0 to 255, row by row, the channels of a pixel together. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  /** 1 grey, 2 grey and opacity, 3 colours, 4 colours and opacity. */
  readonly channels: 1 | 2 | 3 | 4;
  readonly data: Uint8Array;
}

const colourTypes = { 1: 0, 2: 4, 3: 2, 4: 6 } as const;

/** The image as a PNG file, its pixels as they are: weights hardly get smaller when they are packed. Portable Network Graphics, third edition (W3C 2025). */
export function pngOf({ width, height, channels, data }: Pixels): Uint8Array {
  const row = width * channels;
  const lines = new Uint8Array(height * (row + 1)); // each begins with 0: no filter
  for (let y = 0; y < height; y++) lines.set(data.subarray(y * row, (y + 1) * row), y * (row + 1) + 1);
  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  header.set([8, colourTypes[channels]], 8); // bits of a channel
  const signature = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
  return joined([signature, chunk('IHDR', header), chunk('IDAT', zlibOf(lines)), chunk('IEND', new Uint8Array(0))]);
}

function chunk(type: string, data: Uint8Array): Uint8Array {
  const body = joined([new TextEncoder().encode(type), data]);
  return joined([big(data.length), body, big(crc32(body))]);
}

/** The format of zlib with stored blocks (RFC 1950, RFC 1951). */
function zlibOf(data: Uint8Array): Uint8Array {
  const most = 0xffff;
  const blocks: Uint8Array[] = [Uint8Array.of(0x78, 0x01)];
  for (let at = 0; at < data.length || at === 0; at += most) {
    const part = data.subarray(at, at + most);
    const last = at + most >= data.length ? 1 : 0;
    blocks.push(Uint8Array.of(last, part.length & 255, part.length >> 8, ~part.length & 255, (~part.length >> 8) & 255), part);
  }
  return joined([...blocks, big(adler32(data))]);
}

function adler32(data: Uint8Array): number {
  let [a, b] = [1, 0];
  for (const byte of data) {
    a = (a + byte) % 65521;
    b = (b + a) % 65521;
  }
  return b * 65536 + a;
}

/** Four bytes, the highest first. */
function big(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value);
  return bytes;
}
