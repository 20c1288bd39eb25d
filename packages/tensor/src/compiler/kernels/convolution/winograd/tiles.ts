/** How outputs fall into tiles of 4 x 4, and how tiles are taken in blocks that stay in the nearest caches. */
import { move, parts, times } from '../../product/blocks.js';
import { bytesOf } from '../forward.js';
import { outputs, points } from './matrices.js';
import type { FunctionBuilder, Local } from '../../../wasm/index.js';
import type { Convolution } from '../forward.js';
import type { Axis } from '../zones.js';

/** Neighbouring tiles that are cut off by the edges alike. */
export interface Strip {
  /** The first tile, and how many. */
  readonly first: number;
  readonly count: number;
  /** Which of the places that a tile reads are inside. */
  readonly inputs: readonly [from: number, to: number];
  /** Which of its outputs there are. */
  readonly outputs: readonly [from: number, to: number];
}

export function stripsOf({ inputs, outputs: total, before }: Axis): readonly Strip[] {
  const strips: Strip[] = [];
  for (let tile = 0; tile * outputs < total; tile++) {
    const start = tile * outputs - before;
    const inside = [Math.max(0, -start), Math.min(points, inputs - start)] as const;
    const made = [0, Math.min(outputs, total - tile * outputs)] as const;
    const last = strips.at(-1);
    const same = last && String([last.inputs, last.outputs]) === String([inside, made]);
    if (same) strips[strips.length - 1] = { ...last, count: last.count + 1 };
    else strips.push({ first: tile, count: 1, inputs: inside, outputs: made });
  }
  return strips;
}

/** Tiles that go together: whole images, or rows of tiles of one. */
export interface Block {
  readonly images: number;
  readonly rows: readonly Strip[];
  readonly tiles: number;
}

/** `inside` for blocks of at most so many tiles, where one row of tiles allows it, with pointers to their image or images. */
export function eachBlock(
  f: FunctionBuilder,
  conv: Convolution,
  most: number,
  pointers: { readonly x: Local; readonly y: Local },
  inside: (block: Block, x: Local, y: Local) => void,
): void {
  const [, height, width] = conv.axes;
  const [rows, across] = [stripsOf(height), tilesOf(width)];
  const image = tilesOf(height) * across;
  const [xImage, yImage] = [bytesOf(conv.axes, 'inputs', conv.xPixel)[2], bytesOf(conv.axes, 'outputs', conv.yPixel)[2]];
  const [x, y] = [f.local('i32'), f.local('i32')];
  f.get(pointers.x).set(x).get(pointers.y).set(y);
  for (const [images, count] of parts(conv.images, Math.max(1, Math.floor(most / image)))) {
    times(f, count, () => {
      if (image <= most) inside({ images, rows, tiles: images * image }, x, y);
      else
        for (const some of slices(rows, Math.max(1, Math.floor(most / across))))
          inside({ images, rows: [some], tiles: some.count * across }, x, y);
      move(f, x, images * xImage);
      move(f, y, images * yImage);
    });
  }
  f.release(x, y);
}

/** The most tiles that a block has. */
export function mostTiles({ axes: [, height, width], images }: Convolution, most: number): number {
  const across = tilesOf(width);
  const image = tilesOf(height) * across;
  if (image <= most) return image * Math.min(images, Math.max(1, Math.floor(most / image)));
  return Math.max(1, Math.floor(most / across)) * across;
}

function slices(rows: readonly Strip[], most: number): readonly Strip[] {
  return rows.flatMap((strip) => {
    let first = strip.first;
    return parts(strip.count, most).flatMap(([size, count]) =>
      Array.from({ length: count }, () => {
        const slice = { ...strip, first, count: size };
        first += size;
        return slice;
      }),
    );
  });
}

/** How many tiles lie along an axis. */
export function tilesOf(axis: Axis): number {
  return Math.ceil(axis.outputs / outputs);
}

/**
 * `inside` for each tile of a block in order, with a pointer to its first place that is inside on one side (the inputs or the
 * outputs of the convolution) and to its numbers on the other side, which lie tile after tile.
 */
export function eachTile(
  f: FunctionBuilder,
  conv: Convolution,
  { images, rows }: Block,
  side: 'inputs' | 'outputs',
  pointers: { readonly pixels: Local; readonly points: Local; readonly step: number },
  inside: (row: Strip, column: Strip, pixels: Local) => void,
): void {
  const [, height, width] = conv.axes;
  const pixel = side === 'inputs' ? conv.xPixel : conv.yPixel;
  const [line, , image] = bytesOf(conv.axes, side, pixel);
  const start = (axis: Axis, strip: Strip): number =>
    strip.first * outputs + (side === 'inputs' ? strip.inputs[0] - axis.before : strip.outputs[0]);
  const base = f.local('i32');
  f.get(pointers.pixels).set(base);
  times(f, images, () => {
    for (const row of rows) {
      const left = f.local('i32');
      f.get(base).i32(start(height, row) * line).op('i32.add').set(left); // prettier-ignore
      times(f, row.count, () => {
        for (const column of stripsOf(width)) {
          const at = f.local('i32');
          f.get(left).i32(start(width, column) * pixel).op('i32.add').set(at); // prettier-ignore
          times(f, column.count, () => {
            inside(row, column, at);
            move(f, at, outputs * pixel);
            move(f, pointers.points, pointers.step);
          });
          f.release(at);
        }
        move(f, left, outputs * line);
      });
      f.release(left);
    }
    move(f, base, image);
  });
  f.release(base);
}
