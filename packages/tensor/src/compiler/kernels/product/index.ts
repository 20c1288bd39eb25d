/**
 * Matrix products y = a b, a or b read transposed: blocks of y that stay in registers, over natural rows with a pitch.
 *
 * Panels of columns outermost, so that a panel of b stays in the nearest cache while all rows of a pass over it; b is
 * packed only where it is transposed. Long sums over a transposed a go in blocks, since each of its steps is another
 * row in memory. A sum runs over k in order, whatever the shape of the blocks: |error| <= (k + 1) 2^-24 sum|terms|.
 */
import { sizeOf } from '../../../shape.js';
import { blocksOf, columnsOf, rowsOf } from '../split.js';
import { move, parts, rowsFor, times } from './blocks.js';
import { packOf } from './pack.js';
import { tileOf } from './tile.js';
import type { AnyOp } from '../../graph.js';
import type { FunctionBuilder, Local, ModuleBuilder } from '../../wasm/index.js';
import type { Kernel, Layout, Target } from '../kernel.js';
import type { Part, Slice, Split } from '../split.js';

/** A product with everything that its code depends on; pitches in elements. */
interface Product {
  readonly batch: number;
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly transposeA: boolean;
  readonly transposeB: boolean;
  readonly pitchA: number;
  readonly pitchB: number;
  readonly pitchY: number;
  readonly fma: boolean;
}

type MatmulNode = Extract<AnyOp, { readonly name: 'matmul' }>;

/** The kernel of a product of float32; other types stay with the reference. */
export function productKernel(node: MatmulNode, [a, b]: readonly Layout[], [y]: readonly Layout[], { fma }: Target): Kernel | undefined {
  if (node.type.dtype !== 'float32') return undefined;
  const { transposeA, transposeB } = node.attributes;
  const [m, n] = node.type.shape.slice(-2);
  const [rows, columns] = a.type.shape.slice(-2);
  const k = transposeA ? rows : columns;
  const batch = sizeOf(node.type.shape.slice(0, -2));
  return kernelOf({ batch, m, n, k, transposeA, transposeB, pitchA: a.pitch, pitchB: b.pitch, pitchY: y.pitch, fma });
}

function kernelOf(product: Product): Kernel {
  const { batch, m, n, k, transposeB } = product;
  return {
    signature: `matmul ${JSON.stringify(product)}`,
    scratch: transposeB ? 4 * packedColumns * k : 0,
    flops: 2 * batch * m * n * k,
    bytes: 4 * batch * (m * k + k * n + m * n),
    extra: [],
    splits: splitsOf(product),
    emit: (module) => module.function(Array.from({ length: transposeB ? 4 : 3 }, () => 'i32' as const), [], (f) => emit(module, f, product)), // prettier-ignore
  };
}

/** Matrices of a batch, or the rows or the columns of one. */
function splitsOf(product: Product): readonly Split[] {
  const { batch, m, n, k, transposeA, transposeB, pitchA, pitchB, pitchY } = product;
  const matrix = (rows: number, columns: number, pitch: number): Slice => ({
    offset: 0,
    rows: batch * rows,
    width: 4 * columns,
    pitch: 4 * pitch,
  });
  const a = transposeA ? matrix(k, m, pitchA) : matrix(m, k, pitchA);
  const b = transposeB ? matrix(n, k, pitchB) : matrix(k, n, pitchB);
  const y = matrix(m, n, pitchY);
  const part = (change: Partial<Product>, operands: readonly Slice[], result: Slice): Part => {
    return { kernel: kernelOf({ ...product, ...change }), operands, results: [result] };
  };
  if (batch > 1) {
    const some = (slice: Slice, from: number, to: number): Slice => blocksOf(slice, batch, from, to);
    return [
      {
        along: 'batch',
        length: batch,
        grain: 1,
        part: (from, to) => part({ batch: to - from }, [some(a, from, to), some(b, from, to)], some(y, from, to)),
      },
    ];
  }
  /** Of a matrix that may lie transposed. */
  const across = (slice: Slice, transposed: boolean, from: number, to: number): Slice =>
    transposed ? rowsOf(slice, from, to) : columnsOf(slice, 4 * from, 4 * to);
  return [
    {
      along: 'rows',
      length: m,
      grain: 1,
      part: (from, to) => part({ m: to - from }, [across(a, !transposeA, from, to), b], rowsOf(y, from, to)),
    },
    {
      along: 'columns',
      length: n,
      grain: 16,
      part: (from, to) => part({ n: to - from }, [a, across(b, transposeB, from, to)], columnsOf(y, 4 * from, 4 * to)),
    },
  ];
}

/** How many columns a panel has, in vectors: two, as long as there are enough rows. */
function vectorsFor(m: number, n: number): number {
  if (n <= 4) return 1;
  if (m === 1 && n >= 32) return 8;
  return m === 2 && n >= 16 ? 4 : 2;
}

/** A long sum over a transposed a leaves the caches: so many steps at a time. */
const [longTransposed, long] = [256, 1024];

/**
 * So many rows of a transposed b are turned at once. Steps of k are then 128 bytes apart: the code of shorter steps runs at 54
 * instead of 63 GFLOP/s, for no reason that can be seen in it but the length of its instructions.
 */
const packedColumns = 32;

/** A rectangle of sums: how long they are, whether they begin with what is there, and bytes from step to step of b. */
interface Sums {
  readonly depth: number;
  readonly rows: number;
  readonly adds: boolean;
  readonly step: number;
}

/** So many rows of a are kept near while all of b passes. */
const nearRows = 480;

function emit(module: ModuleBuilder, f: FunctionBuilder, product: Product): void {
  const { batch, m, n, k, transposeA, transposeB } = product;
  const [a, b, y, panel] = [0, 1, 2, 3];
  const [aRow, aStep] = transposeA ? [4, 4 * product.pitchA] : [4 * product.pitchA, 4];
  const [bColumn, bStep] = transposeB ? [4 * product.pitchB, 4] : [4, 4 * product.pitchB];
  const vectors = vectorsFor(m, n);
  const width = 4 * vectors;
  const [aBlock, bBlock, yBlock] = [f.local('i32'), f.local('i32'), f.local('i32')];

  /** Columns from `right` on against all rows from aAt on. */
  const panelOf = (aAt: Local, right: Local, yAt: Local, columns: number, { depth, rows, adds, step }: Sums): void => {
    const used = Math.ceil(columns / 4);
    const tile = {
      vectors: used,
      lanes: ((columns - 1) & 3) + 1,
      aRow,
      aStep,
      bStep: step,
      cRow: 4 * product.pitchY,
      adds,
      fma: product.fma,
    };
    const [ai, yi] = [f.local('i32'), f.local('i32')];
    f.get(aAt).set(ai).get(yAt).set(yi);
    for (const [size, count] of parts(rows, rowsFor(used, product.fma))) {
      const index = tileOf(module, { ...tile, rows: size });
      times(f, count, () => {
        f.get(ai).get(right).get(yi).i32(depth).call(index);
        move(f, ai, size * aRow);
        move(f, yi, size * tile.cRow);
      });
    }
    f.release(ai, yi);
  };

  /** `columns` columns from `right` on, panel after panel; yAt moves along. */
  const panels = (aAt: Local, right: Local, yAt: Local, columns: number, sums: Sums): void => {
    times(f, Math.floor(columns / width), () => {
      panelOf(aAt, right, yAt, width, sums);
      move(f, right, 4 * width);
      move(f, yAt, 4 * width);
    });
    if (columns % width > 0) panelOf(aAt, right, yAt, columns % width, sums);
  };

  /** The same for a transposed b: some of its rows are turned into columns, and then all panels of these. */
  const turned = (aAt: Local, yAt: Local, sums: Sums): void => {
    const right = f.local('i32');
    for (const [columns, count] of [[packedColumns, Math.floor(n / packedColumns)] as const, [n % packedColumns, 1] as const]) {
      if (columns === 0) continue;
      const pack = packOf(module, { width: columns, vectors: Math.ceil(columns / 4), depth: sums.depth, bRow: bColumn, row: sums.step });
      times(f, count, () => {
        f.get(bBlock).get(panel).call(pack);
        f.get(panel).set(right);
        panels(aAt, right, yAt, columns, sums);
        move(f, bBlock, columns * bColumn);
      });
    }
    f.release(right);
  };

  const sums = (depth: number, adds: boolean): void => {
    f.get(a).set(aBlock).get(y).set(yBlock);
    for (const [rows, count] of parts(m, nearRows)) {
      times(f, count, () => {
        const yAt = f.local('i32');
        f.get(b).set(bBlock).get(yBlock).set(yAt);
        if (transposeB) turned(aBlock, yAt, { depth, rows, adds, step: 4 * packedColumns });
        else panels(aBlock, bBlock, yAt, n, { depth, rows, adds, step: bStep });
        f.release(yAt);
        move(f, aBlock, rows * aRow);
        move(f, yBlock, rows * 4 * product.pitchY);
      });
    }
  };

  // What a whole matrix is from the next one; the pointers stand behind all steps of k by then.
  const [aRest, bRest] = [
    matrixBytes(transposeA ? k : m, product.pitchA) - k * aStep,
    matrixBytes(transposeB ? n : k, product.pitchB) - k * bStep,
  ];
  times(f, batch, () => {
    let adds = false;
    for (const [depth, count] of k === 0 ? [[0, 1] as const] : parts(k, transposeA ? longTransposed : long)) {
      // The first block begins the sums, all others add to them.
      for (const [repeats, more] of adds ? [[count, true] as const] : [[1, false] as const, [count - 1, true] as const]) {
        times(f, repeats, () => {
          sums(depth, more);
          move(f, a, depth * aStep);
          move(f, b, depth * bStep);
        });
      }
      adds = true;
    }
    move(f, a, aRest);
    move(f, b, bRest);
    move(f, y, matrixBytes(m, product.pitchY));
  });
}

function matrixBytes(rows: number, pitch: number): number {
  return 4 * rows * pitch;
}
