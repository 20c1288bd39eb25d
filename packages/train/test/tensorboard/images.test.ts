import { inflateSync } from 'node:zlib';
import { crc32 } from '@gradus/nn';
import { fromData, ShapeError, tensor, zeros } from '@gradus/tensor';
import { SummaryWriter } from '@gradus/train';
import { expect, test } from 'vitest';
import { pixelsOf, weightAsImages } from '../../src/tensorboard/images.js';
import { pngOf } from '../../src/tensorboard/png.js';

/** The chunks of a PNG file by name, their checksums looked at. */
function chunksOf(png: Uint8Array): Map<string, Uint8Array> {
  const view = new DataView(png.buffer, png.byteOffset);
  const chunks = new Map<string, Uint8Array>();
  for (let at = 8; at < png.length;) {
    const end = at + 8 + view.getUint32(at);
    const body = png.subarray(at + 4, end);
    expect(view.getUint32(end)).toBe(crc32(body));
    chunks.set(new TextDecoder().decode(body.subarray(0, 4)), body.subarray(4));
    at = end + 4;
  }
  return chunks;
}

test.each([1, 3, 4] as const)('a PNG of %i channels holds its pixels', (channels) => {
  const [width, height] = [173, 150]; // more than one block of 65,535 bytes with 3 and 4 channels
  const data = Uint8Array.from({ length: width * height * channels }, (_, i) => (i * 31) % 256);
  const png = pngOf({ width, height, channels, data });
  expect([...png.subarray(0, 8)]).toEqual([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10]);
  const chunks = chunksOf(png);
  expect([...chunks.keys()]).toEqual(['IHDR', 'IDAT', 'IEND']);
  const header = new DataView(Uint8Array.from(chunks.get('IHDR') ?? []).buffer);
  expect([header.getUint32(0), header.getUint32(4), header.getUint8(8), header.getUint8(9)]).toEqual([
    width,
    height,
    8,
    [0, 0, 0, 2, 6][channels],
  ]);
  const lines = inflateSync(chunks.get('IDAT') ?? new Uint8Array(0)); // checks Adler-32 as well
  for (let y = 0; y < height; y++) {
    const line = lines.subarray(y * (width * channels + 1), (y + 1) * (width * channels + 1));
    expect(line[0]).toBe(0);
    expect(Buffer.compare(line.subarray(1), data.subarray(y * width * channels, (y + 1) * width * channels))).toBe(0);
  }
});

test.each([
  [[5], [1, 5, 1, 1]],
  [
    [1, 5],
    [1, 5, 1, 1],
  ],
  [
    [2, 5],
    [1, 2, 5, 1],
  ],
  [
    [5, 2],
    [1, 2, 5, 1],
  ],
  [
    [3, 3, 1, 8],
    [8, 3, 3, 1],
  ],
  [
    [3, 2, 7, 4],
    [3, 2, 7, 4],
  ],
  [
    [3, 2, 7, 3],
    [3, 2, 7, 3],
  ],
  [[3, 2, 7, 8], undefined],
  [[1], undefined],
  [[2, 0], undefined],
  [[2, 2, 2, 2, 3], undefined],
] as const)('a weight %o is shown as images %o', (shape, expected) => {
  expect(weightAsImages(zeros(shape))?.shape).toEqual(expected);
});

test('a matrix lies on its longer side, and of three axes the last counts', () => {
  expect(weightAsImages(tensor([[1, 2], [3, 4], [5, 6]]))?.reshape([2, 3]).toArray(2)).toEqual([[1, 3, 5], [2, 4, 6]]); // prettier-ignore
  const kernels = fromData(
    Float32Array.from({ length: 12 }, (_, i) => i),
    [2, 3, 2],
  );
  expect(weightAsImages(kernels)?.slice(1).reshape([2, 3]).toArray(2)).toEqual([[1, 3, 5], [7, 9, 11]]); // prettier-ignore
});

test('floats from 0 to 1 become bytes as in TensorFlow, what is outside is cut; bytes stay', () => {
  const x = tensor([-1, 0, 0.5, 1.01 / 255.5, 0.999, 1, 2]).reshape([1, 1, 7, 1]);
  expect([...(pixelsOf(x, 3)?.[0]?.data ?? [])]).toEqual([0, 0, 127, 1, 255, 255, 255]);
  const bytes = fromData(Uint8Array.of(0, 7, 255), [1, 1, 1, 3]);
  expect(pixelsOf(bytes, 3)).toEqual([{ width: 1, height: 1, channels: 3, data: Uint8Array.of(0, 7, 255) }]);
  expect(pixelsOf(zeros([5, 2, 2, 1]), 3)).toHaveLength(3);
});

test('what is no image is refused', () => {
  const writer = new SummaryWriter('nowhere');
  for (const shape of [[2, 2], [1, 2, 2, 2], [1, 2, 2, 5]]) expect(() => writer.image('x', zeros(shape), 0)).toThrow(ShapeError); // prettier-ignore
});
