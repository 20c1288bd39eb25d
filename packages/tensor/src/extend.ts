/** @gradus/tensor/extend: what other interpreters build on: dispatch, primitives, graphs. */
export { current, dispatch, interpreterFor, leaked, within } from './dispatch.js';
export { eager, EagerTensor } from './interpreter/eager.js';
export { Trace, Traced, trace } from './interpreter/trace.js';
export { operandsOf, print, rename, showNode, showType, typesOf } from './compiler/graph.js';
export { fold } from './compiler/fold.js';
export { fuse } from './compiler/fuse/index.js';
export { hoist } from './compiler/hoist.js';
export { inline } from './compiler/inline.js';
export { narrow } from './compiler/narrow.js';
export { trim } from './compiler/trim.js';
export { prune } from './compiler/prune.js';
export { exponential, fixed } from './decimals.js';
export { format, literal } from './format.js';
export { replay } from './compiler/replay.js';
export { simplify } from './compiler/simplify.js';
export { share } from './compiler/share.js';
export { resultTypes } from './scan.js';
export { primitives } from './primitives/index.js';
export { binary } from './primitives/binary.js';
export { compare } from './primitives/compare.js';
export { convert } from './primitives/convert.js';
export { convolution, convSizes, paddingOf, perAxis } from './primitives/conv.js';
export { cumulative } from './primitives/cumulative.js';
export { gather } from './primitives/gather.js';
export { join } from './primitives/join.js';
export { move, placeGrid, sliceGrid } from './primitives/move.js';
export { product } from './primitives/matmul.js';
export { random, threefry } from './primitives/random.js';
export { reduce, countOf } from './primitives/reduce.js';
export { sorting } from './primitives/sort.js';
export { unary } from './primitives/unary.js';
export { windows } from './primitives/window.js';
export type { Callee, Interpreter } from './dispatch.js';
export type { Closure } from './interpreter/trace.js';
export type {
  AnyOp,
  CallNode,
  FusedNode,
  Graph,
  Id,
  InputNode,
  Node,
  OpNode,
  PartNode,
  ScanAttributes,
  ScanNode,
  SplatNode,
} from './compiler/graph.js';
export type { Attributes, Each, Family, Operands, Primitive, PrimitiveName, Signature, Signatures } from './primitive.js';
export type { BinarySignatures } from './primitives/binary.js';
export type { CompareSignatures } from './primitives/compare.js';
export type { ConvertSignatures } from './primitives/convert.js';
export type { ConvGeometry, ConvSignatures } from './primitives/conv.js';
export type { CumulativeSignatures } from './primitives/cumulative.js';
export type { GatherSignatures } from './primitives/gather.js';
export type { JoinSignatures } from './primitives/join.js';
export type { MatmulAttributes, MatmulSignatures } from './primitives/matmul.js';
export type { Grid, MoveSignatures } from './primitives/move.js';
export type { RandomSignatures } from './primitives/random.js';
export type { ReduceAttributes, ReduceSignatures } from './primitives/reduce.js';
export type { SortSignatures } from './primitives/sort.js';
export type { UnarySignatures } from './primitives/unary.js';
export type { Windows, WindowSignatures } from './primitives/window.js';
export { flavour } from './flavour.js';
export { firstBad } from './interpreter/watch.js';
export type { Bad } from './interpreter/watch.js';
