/** Small images in a page, as data. */

/** An image of one or three channels: `channels` bytes a pixel, row by row from the top. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly bytes: Uint8Array;
}

const headerBytes = 54;

/**
 * The image as a data URL of a bitmap: 24 bits a pixel, not compressed, which every browser reads.
 *
 * Windows Bitmap, BITMAPINFOHEADER: rows from the bottom up, each filled to a multiple of 4 bytes; blue before green before red.
 */
export function bitmapUrl({ width, height, channels, bytes }: Pixels): string {
  const row = Math.ceil((3 * width) / 4) * 4;
  const file = new Uint8Array(headerBytes + row * height);
  const view = new DataView(file.buffer);
  file.set([0x42, 0x4d]);
  for (const [at, value] of [
    [2, file.length],
    [10, headerBytes],
    [14, 40],
    [18, width],
    [22, height],
    [34, row * height],
  ] as const) {
    // prettier-ignore
    view.setUint32(at, value, true);
  }
  view.setUint16(26, 1, true);
  view.setUint16(28, 24, true);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const from = (y * width + x) * channels;
      const to = headerBytes + (height - 1 - y) * row + 3 * x;
      for (let c = 0; c < 3; c++) file[to + 2 - c] = bytes[from + (channels === 1 ? 0 : c)] ?? 0;
    }
  }
  let text = '';
  for (const byte of file) text += String.fromCharCode(byte);
  return `data:image/bmp;base64,${btoa(text)}`;
}
