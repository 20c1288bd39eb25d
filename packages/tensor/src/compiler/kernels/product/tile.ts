/**
 * The innermost part of a product: a few rows of a times a few columns of b, all sums in registers.
 *
 * A step of the loop loads one row of b and one number of each row of a, and does rows x vectors multiplications, so
 * that arithmetic, not memory, is what it waits for. Strides are constants in the code: only two pointers move. One
 * step of k a turn, and the rows of c stored last to first: engines hoist the loads of an unrolled loop, and spill.
 */
import type { FunctionBuilder, FunctionIndex, Label, Local, ModuleBuilder } from '../../wasm/index.js';

/** All strides in bytes. */
export interface Tile {
  readonly rows: number;
  /** Columns, in vectors of four. */
  readonly vectors: number;
  /** How many columns of the last vector are there, 1 to 4; the others are neither read from c nor written. */
  readonly lanes: number;
  readonly aRow: number;
  readonly aStep: number;
  readonly bStep: number;
  readonly cRow: number;
  /** Whether the sums begin with what c holds. */
  readonly adds: boolean;
  readonly fma: boolean;
  /** k may come in segments: how far a and b move on after each, beside their steps. The function then takes their number too. */
  readonly jump?: { readonly a: number; readonly b: number };
}

/** The tile's function of (a, b, c, steps of k, segments), shared by all who ask for the same one. */
export function tileOf(module: ModuleBuilder, tile: Tile): FunctionIndex {
  const params = Array.from({ length: tile.jump ? 5 : 4 }, () => 'i32' as const);
  return module.shared(`tile ${JSON.stringify(tile)}`, () => module.function(params, [], (f) => emit(f, tile)));
}

function emit(f: FunctionBuilder, tile: Tile): void {
  const { rows, vectors, aRow, aStep, bStep, cRow, adds, fma, jump } = tile;
  const [a, b, c, k] = [0, 1, 2, 3];
  const sums = Array.from({ length: rows }, () => Array.from({ length: vectors }, () => f.local('v128')));
  const columns = Array.from({ length: vectors }, () => f.local('v128'));
  const factor = f.local('v128');
  // Full-width loads: what lies behind the last column goes into lanes that nobody stores.
  if (adds)
    each(sums, (sum, i, v) =>
      f
        .get(c)
        .memory('v128.load', i * cRow + 16 * v)
        .set(sum),
    );
  const steps = (left: Local): void => {
    f.loop((again) => {
      for (const [v, column] of columns.entries())
        f.get(b)
          .memory('v128.load', 16 * v)
          .set(column);
      for (const [i, row] of sums.entries()) {
        f.get(a)
          .memory('v128.load32_splat', i * aRow)
          .set(factor);
        for (const [v, sum] of row.entries()) {
          if (fma) f.get(factor).get(columns[v]).get(sum).op('f32x4.relaxed_madd').set(sum);
          else f.get(sum).get(factor).get(columns[v]).op('f32x4.mul').op('f32x4.add').set(sum);
        }
      }
      f.get(a).i32(aStep).op('i32.add').set(a);
      f.get(b).i32(bStep).op('i32.add').set(b);
      f.get(left).i32(1).op('i32.sub').tee(left).branchIf(again);
    });
  };
  f.block((end) => {
    f.get(k).op('i32.eqz').branchIf(end);
    if (jump) inSegments(f, jump, end, steps);
    else steps(k);
  });
  for (const [i, row] of [...sums.entries()].reverse()) {
    for (const [v, sum] of row.entries()) store(f, c, i * cRow + 16 * v, sum, v === vectors - 1 ? tile.lanes : 4);
  }
}

/** All steps of k again and again, with a jump of the pointers in between. */
function inSegments(f: FunctionBuilder, jump: { readonly a: number; readonly b: number }, end: Label, steps: (left: Local) => void): void {
  const [a, b, k, segments] = [0, 1, 3, 4];
  f.get(segments).op('i32.eqz').branchIf(end);
  const left = f.local('i32');
  f.loop((next) => {
    f.get(k).set(left);
    steps(left);
    if (jump.a !== 0) f.get(a).i32(jump.a).op('i32.add').set(a);
    if (jump.b !== 0) f.get(b).i32(jump.b).op('i32.add').set(b);
    f.get(segments).i32(1).op('i32.sub').tee(segments).branchIf(next);
  });
}

function each(sums: readonly (readonly Local[])[], f: (sum: Local, row: number, vector: number) => void): void {
  for (const [i, row] of sums.entries()) for (const [v, sum] of row.entries()) f(sum, i, v);
}

/** Writes the first `lanes` numbers of a vector, and nothing behind them. */
function store(f: FunctionBuilder, pointer: Local, offset: number, value: Local, lanes: number): void {
  if (lanes === 4) f.get(pointer).get(value).memory('v128.store', offset);
  if (lanes === 2 || lanes === 3) f.get(pointer).get(value).laneMemory('v128.store64_lane', 0, offset);
  if (lanes === 1 || lanes === 3)
    f.get(pointer)
      .get(value)
      .laneMemory('v128.store32_lane', lanes - 1, offset + 4 * (lanes - 1));
}
