/**
 * Running sums: a chain of additions by nature, so four columns side by side where there are columns. Along the last
 * axis one number at a time, in double precision, which takes no longer.
 */
import { bytesOf } from '../../../dtype.js';
import { Lanes } from '../lanes/lanes.js';
import { load, store } from '../nest/memory.js';
import { move, times } from '../product/blocks.js';
import { sizeOf } from '../../../shape.js';
import type { AnyOp } from '../../graph.js';
import type { DType } from '../../../dtype.js';
import type { FunctionBuilder, Local, ModuleBuilder } from '../../wasm/index.js';
import type { Kernel, Layout, Target } from '../kernel.js';
import type { Width } from '../nest/memory.js';

type CumsumNode = Extract<AnyOp, { readonly name: 'cumsum' }>;

interface Running {
  readonly dtype: DType;
  readonly outer: number;
  readonly n: number;
  readonly inner: number;
  readonly reverse: boolean;
}

/** The kernel of a running sum over tensors without gaps. */
export function cumulativeKernel(
  node: CumsumNode,
  operands: readonly Layout[],
  results: readonly Layout[],
  target: Target,
): Kernel | undefined {
  const { dtype, shape } = node.type;
  const { axis, reverse } = node.attributes;
  const dense = [...operands, ...results].every(({ pitch }) => shape.length < 2 || pitch === shape[shape.length - 1]);
  if (dtype === 'float64' || dtype === 'bool' || !dense) return undefined;
  const sum: Running = { dtype, outer: sizeOf(shape.slice(0, axis)), n: shape[axis], inner: sizeOf(shape.slice(axis + 1)), reverse };
  return {
    signature: `cumsum ${JSON.stringify(sum)}`,
    scratch: 0,
    flops: sizeOf(shape),
    bytes: 2 * bytesOf(dtype) * sizeOf(shape),
    extra: [],
    splits: [],
    emit: (module) => module.function(['i32', 'i32'], [], (f) => emit(module, f, sum, target)),
  };
}

function emit(module: ModuleBuilder, f: FunctionBuilder, sum: Running, target: Target): void {
  const { dtype, outer, n, inner, reverse } = sum;
  const [x, y] = [0, 1];
  const size = bytesOf(dtype);
  if (n * inner === 0) return;
  const step = inner * size * (reverse ? -1 : 1);
  const begin = reverse ? (n - 1) * inner * size : 0;
  times(f, outer, () => {
    move(f, x, begin);
    move(f, y, begin);
    if (inner === 1) alone(f, sum, x, y, step);
    else columns(new Lanes(module, f, target), sum, x, y, step);
    move(f, x, n * inner * size - begin);
    move(f, y, n * inner * size - begin);
  });
}

/** Down each four columns, and back up to the next four. */
function columns(v: Lanes, { dtype, n, inner }: Running, x: Local, y: Local, step: number): void {
  const { f } = v;
  const size = bytesOf(dtype);
  const total = f.local('v128');
  const four = (width: Width): void => {
    f.get(v.i32(0)).set(total);
    times(f, n, () => {
      v.scope(() => {
        const next = load(v, dtype, { push: () => void f.get(x), offset: 0 });
        v.put(v.op(dtype === 'float32' ? 'f32x4.add' : 'i32x4.add', total, next));
        f.set(total);
        const value = dtype === 'uint8' ? v.op('v128.and', total, v.i32(255)) : total;
        store(v, dtype, value, { push: () => void f.get(y), offset: 0 }, width);
      });
      move(f, x, step);
      move(f, y, step);
    });
    move(f, x, -n * step);
    move(f, y, -n * step);
  };
  const whole = Math.floor(inner / 4);
  times(f, whole, () => {
    four(4);
    move(f, x, 4 * size);
    move(f, y, 4 * size);
  });
  const rest = inner - 4 * whole;
  if (rest === 1 || rest === 2 || rest === 3) four(rest);
  move(f, x, -4 * size * whole);
  move(f, y, -4 * size * whole);
}

/** One number after another, with the pointers back where they were afterwards. */
function alone(f: FunctionBuilder, { dtype, n }: Running, x: Local, y: Local, step: number): void {
  const total = f.local(dtype === 'float32' ? 'f64' : 'i32');
  if (dtype === 'float32') f.f64(0).set(total);
  else f.i32(0).set(total);
  times(f, n, () => {
    f.get(y);
    if (dtype === 'float32') f.get(x).memory('f32.load').op('f64.promote_f32').get(total).op('f64.add').tee(total).op('f32.demote_f64').memory('f32.store'); // prettier-ignore
    if (dtype === 'int32') f.get(x).memory('i32.load').get(total).op('i32.add').tee(total).memory('i32.store');
    if (dtype === 'uint8') f.get(x).memory('i32.load8_u').get(total).op('i32.add').tee(total).memory('i32.store8');
    move(f, x, step);
    move(f, y, step);
  });
  move(f, x, -n * step);
  move(f, y, -n * step);
  f.release(total);
}
