/**
 * How far a compiled result may be from the true one: every float carries a bound of its error, which grows by
 * 2^-24 of each rounded result, and for sums by (n + 4) 2^-24 of the sum of magnitudes.
 *
 * The values are computed in double precision by the reference kernels; nothing here comes from the compiler.
 */
import { isFloat, sizeOf } from '@gradus/tensor';
import { operandsOf, primitives } from '@gradus/tensor/extend';
import type { Dense, TensorType } from '@gradus/tensor';
import type { AnyOp, FusedNode, Graph, PrimitiveName } from '@gradus/tensor/extend';

/** A tensor in double precision (floats), with the bound of the error of each element. */
export interface Bounded {
  readonly type: TensorType;
  readonly value: Dense['data'];
  readonly error: Float64Array;
}

const u = 2 ** -24;

export function exact({ dtype, shape, data }: Dense): Bounded {
  return { type: { dtype, shape }, value: isFloat(dtype) ? Float64Array.from(data) : data.slice(), error: new Float64Array(data.length) };
}

/** What `node` computes of exact operands. */
export function bounded(node: AnyOp | FusedNode, operands: readonly Dense[]): readonly Bounded[] {
  return node.kind === 'op' ? [operation(node, operands.map(exact))] : body(node.body, operands.map(exact)); // prettier-ignore
}

function body(graph: Graph, inputs: readonly Bounded[]): readonly Bounded[] {
  const values: Bounded[] = [];
  for (const [i, id] of graph.inputs.entries()) values[id] = inputs[i];
  for (const [id, node] of graph.nodes.entries()) {
    if (node.kind === 'splat') values[id] = filled(node.type, node.value);
    if (node.kind === 'op') values[id] = operation(node, operandsOf(node).map((operand) => values[operand])); // prettier-ignore
  }
  return graph.outputs.map((id) => values[id]);
}

function filled(type: TensorType, value: number): Bounded {
  const size = sizeOf(type.shape);
  const rounded = type.dtype === 'float32' ? Math.fround(value) : value;
  return { type, value: new Float64Array(size).fill(rounded), error: new Float64Array(size) };
}

function operation(node: AnyOp, operands: readonly Bounded[]): Bounded {
  const value = run(node, node.type, operands.map(({ type, value }) => ({ type, data: value }))); // prettier-ignore
  const exactly = operands.every(({ error }) => error.every((e) => e === 0));
  if (!isFloat(node.type.dtype)) return { type: node.type, value, error: whole(node, value, operands, exactly) };
  const rule = errors[node.name];
  const error = rule ? rule(value, operands, node) : new Float64Array(value.length).fill(exactly ? 0 : Infinity);
  return { type: node.type, value, error: error.map((e) => (Number.isNaN(e) ? Infinity : e)) };
}

interface Values {
  readonly type: TensorType;
  readonly data: Dense['data'];
}

/** The reference kernel, on doubles where the node has floats. */
function run(node: AnyOp, type: TensorType, operands: readonly Values[]): Dense['data'] {
  // Random numbers depend on the type that is asked for.
  const kept = node.name === 'randomUniform' ? 'float32' : 'float64';
  const wide = ({ dtype, shape }: TensorType): TensorType => ({ dtype: isFloat(dtype) ? kept : dtype, shape });
  const size = sizeOf(type.shape);
  const arrays = { float64: Float64Array, float32: Float64Array, int32: Int32Array, uint8: Uint8Array, bool: Uint8Array };
  const y: Dense = { ...wide(type), data: new arrays[type.dtype](size) };
  const { kernel }: { kernel(y: Dense, xs: readonly Dense[], attributes: object): void } = untyped(node.name);
  kernel(y, operands.map((x) => ({ ...wide(x.type), data: x.data })), node.attributes); // prettier-ignore
  return y.data;
}

function untyped(name: PrimitiveName): { kernel(y: Dense, xs: readonly Dense[], attributes: object): void } {
  return primitives[name];
}

/** Whole numbers and truth values are right or wrong: right, unless an operand's error may have decided them. */
function whole(node: AnyOp, value: Dense['data'], operands: readonly Bounded[], exactly: boolean): Float64Array {
  const error = new Float64Array(value.length);
  if (exactly) return error;
  const [a, b] = operands;
  const compares = node.name === 'less' || node.name === 'lessEqual' || node.name === 'equal';
  if (!compares) return error.fill(Infinity);
  return error.map((_, i) => (Math.abs(a.value[i] - b.value[i]) <= a.error[i] + b.error[i] ? Infinity : 0));
}

type ErrorRule = (y: Dense['data'], operands: readonly Bounded[], node: AnyOp) => Float64Array;

/** One operand: its error through the derivative's largest size nearby, and so many ulps of the result. */
function unary(through: (x: number, e: number, y: number) => number, ulps: number): ErrorRule {
  return (y, [{ value, error }]) =>
    Float64Array.from(y, (yi, i) => (error[i] === 0 ? 0 : through(value[i], error[i], yi)) + 2 * ulps * u * Math.abs(yi) + 1e-37);
}

function binary(through: (a: number, b: number, ea: number, eb: number, y: number) => number, ulps: number = 0.5): ErrorRule {
  return (y, [a, b]) =>
    Float64Array.from(y, (yi, i) => through(a.value[i], b.value[i], a.error[i], b.error[i], yi) + 2 * ulps * u * Math.abs(yi) + 1e-37);
}

/** The errors go where the numbers go. */
const moved: ErrorRule = (_, operands, node) =>
  Float64Array.from(run(node, { dtype: 'float64', shape: node.type.shape }, operands.map(({ type, error }, i) => (isFloat(type.dtype) ? { type, data: error } : { type, data: operands[i].value })))); // prettier-ignore

/** The largest error among those of which one is picked. */
const largest: ErrorRule = (y, [{ type, error }], node) => {
  const most: Dense = { dtype: 'float64', shape: node.type.shape, data: new Float64Array(y.length) };
  untyped('max').kernel(most, [{ dtype: 'float64', shape: type.shape, data: error }], node.attributes);
  return Float64Array.from(most.data);
};

/** Sums and products of sums: n terms of these magnitudes, and what their errors add up to. */
function summed(n: (node: AnyOp, operands: readonly Bounded[]) => number): ErrorRule {
  return (_, operands, node) => {
    const total = (pick: (x: Bounded) => Dense['data']): Dense['data'] =>
      run(node, node.type, operands.map((x) => ({ type: x.type, data: isFloat(x.type.dtype) ? pick(x) : x.value }))); // prettier-ignore
    const magnitude = total(({ value }) => value.map(Math.abs));
    // (|a| + ea) (|b| + eb) - |a| |b| bounds what the errors do, and for a sum is their sum.
    const inflated = total(({ value, error }) => Float64Array.from(value, (v, i) => Math.abs(v) + error[i]));
    return Float64Array.from(magnitude, (m, i) => inflated[i] - m + (n(node, operands) + 4) * u * inflated[i] + 1e-37);
  };
}

const countIn = (node: AnyOp, [x]: readonly Bounded[]): number => sizeOf(x.type.shape) / Math.max(1, sizeOf(node.type.shape));

const errors: { readonly [P in PrimitiveName]?: ErrorRule } = {
  add: binary((_, __, ea, eb) => ea + eb),
  sub: binary((_, __, ea, eb) => ea + eb),
  mul: binary((a, b, ea, eb) => Math.abs(a) * eb + Math.abs(b) * ea + ea * eb),
  div: binary((_, b, ea, eb, y) => (eb < Math.abs(b) ? (ea + Math.abs(y) * eb) / (Math.abs(b) - eb) : Infinity)),
  maximum: binary((_, __, ea, eb) => Math.max(ea, eb)),
  minimum: binary((_, __, ea, eb) => Math.max(ea, eb)),
  pow: binary((a, b, ea, eb, y) => Math.abs(y) * 2 * ((Math.abs(b) * ea) / Math.abs(a) + Math.abs(Math.log(a)) * eb), 16),
  where: (_, [condition, a, b]) => Float64Array.from(condition.value, (yes, i) => condition.error[i] + (yes ? a.error[i] : b.error[i])),
  neg: unary((_, e) => e, 0),
  abs: unary((_, e) => e, 0),
  exp: unary((_, e, y) => y * Math.expm1(e), 2),
  expm1: unary((_, e, y) => (y + 1) * Math.expm1(e), 4),
  log: unary((x, e) => (e < x ? e / (x - e) : Infinity), 2),
  log1p: unary((x, e) => (e < x + 1 ? e / (x + 1 - e) : Infinity), 4),
  sqrt: unary((x, e) => (e < x ? e / (2 * Math.sqrt(x - e)) : Math.sqrt(2 * e)), 0.5),
  sin: unary((_, e) => e, 4),
  cos: unary((_, e) => e, 4),
  tanh: unary((_, e) => e, 4),
  sigmoid: unary((_, e) => e / 4, 4),
  softplus: unary((_, e) => e, 4),
  erf: unary((_, e) => 1.13 * e, 4),
  cast: (y, [{ type, error }]) => Float64Array.from(y, (yi, i) => error[i] + (type.dtype === 'int32' ? u * Math.abs(yi) : 0)),
  broadcastTo: moved,
  reshape: moved,
  transpose: moved,
  slice: moved,
  reverse: moved,
  concat: moved,
  max: largest,
  min: largest,
  sum: summed(countIn),
  cumsum: summed((_, [x]) => sizeOf(x.type.shape)),
  matmul: summed((node, [a]) => a.type.shape[a.type.shape.length - (node.name === 'matmul' && node.attributes.transposeA ? 2 : 1)]),
  conv: summed((_, [, w]) => sizeOf(w.type.shape.slice(0, -1))),
  convInput: summed((_, [, w]) => sizeOf(w.type.shape)),
  convKernel: summed((_, [x]) => sizeOf(x.type.shape.slice(0, -1))),
  takeAdd: summed((_, [x]) => sizeOf(x.type.shape)),
  takeAlongAdd: summed((_, [x]) => sizeOf(x.type.shape)),
  randomUniform: (y) => new Float64Array(y.length),
};
