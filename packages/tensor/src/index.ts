/** @gradus/tensor: tensors, their operations, randomness and compiled functions. */
export { Tensor } from './tensor.js';
export { Variable } from './variable.js';
export { arange, eye, fromData, full, linspace, oneHot, ones, onesLike, tensor, zeros, zerosLike } from './create.js';
export { bytesOf, dtypeOf, dtypes, isDType, isFloat, promote } from './dtype.js';
export { ArgumentError, DTypeError, FormatError, ShapeError, TraceError } from './errors.js';
export { memory } from './engine/engine.js';
export { setThreads } from './engine/threads/threads.js';
export { jit } from './jit.js';
export { scan } from './scan.js';
export { fillTree, leaves, mapTree, signature } from './tree.js';
export { axesOf, axisOf, broadcastShapes, sameShape, showShape, sizeOf, stridesOf } from './shape.js';
export { bernoulli, bits, foldIn, key, normal, permutation, truncatedNormal, uniform } from './random.js';
export {
  abs,
  atan,
  ceil,
  cos,
  erf,
  exp,
  expm1,
  floor,
  log,
  log1p,
  neg,
  not,
  round,
  sigmoid,
  sign,
  sin,
  softplus,
  sqrt,
  tan,
  tanh,
} from './primitives/unary.js';
export { cast, stopGradient, toFloat } from './primitives/convert.js';
export { argmax, argmin, max, min, prod, sum } from './primitives/reduce.js';
export { broadcastTo, pad, reshape, reverse, transpose } from './primitives/move.js';
export { concat, split, stack } from './primitives/join.js';
export { take, takeAdd, takeAlong, takeAlongAdd } from './primitives/gather.js';
export { matmul } from './primitives/matmul.js';
export { conv } from './primitives/conv.js';
export { maxPool } from './primitives/window.js';
export { cumsum } from './primitives/cumulative.js';
export { argsort, sort, topK } from './primitives/sort.js';
export {
  add,
  and,
  atan2,
  clip,
  div,
  equal,
  floorDivide,
  greater,
  greaterEqual,
  isFinite,
  isNaN,
  less,
  lessEqual,
  maximum,
  minimum,
  mul,
  notEqual,
  or,
  pow,
  remainder,
  square,
  sub,
  where,
} from './functions/arithmetic.js';
export { all, any, logSumExp, mean, norm, std, variance } from './functions/statistics.js';
export { convTranspose } from './functions/conv-transpose.js';
export { einsum } from './functions/einsum.js';
export { logSoftmax, relu, softmax } from './functions/activations.js';
export { expandDims, flatten, slice, squeeze } from './functions/indexing.js';
export { erfInv } from './functions/special.js';
export type { ArrayOf, DType, TypedArray } from './dtype.js';
export type { Index } from './functions/indexing.js';
export type { MemoryUse } from './engine/engine.js';
export type { ThreadOptions } from './engine/threads/threads.js';
export type { Jitted, JitOptions } from './jit.js';
export type { ExplainOptions, Program } from './program.js';
export type { NestedValues } from './create.js';
export type { TensorLike } from './operand.js';
export type { ConvTransposeOptions } from './functions/conv-transpose.js';
export type { ConvOptions } from './primitives/conv.js';
export type { TupleOf } from './primitives/join.js';
export type { ReduceOptions } from './primitives/reduce.js';
export type { SortOptions } from './primitives/sort.js';
export type { Dense, TensorType } from './primitive.js';
export type { RandomOptions } from './random.js';
export type { Nested, NumbersOf, Rank } from './read.js';
export type { ScanOptions } from './scan.js';
export type { Shape } from './shape.js';
export type { Tree } from './tree.js';
export type { Late, VariableOptions } from './variable.js';
