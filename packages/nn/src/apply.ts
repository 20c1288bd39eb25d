/** Applying a layer: tensors run, symbols are noted. */
import { ShapeError } from '@gradus/tensor';
import { typesOf, trace } from '@gradus/tensor/extend';
import { Context } from './context.js';
import { childrenOf, claim, snakeCase } from './paths.js';
import { isTensor } from './masks.js';
import { Symbolic } from './symbolic.js';
import { leavesOf, mapLeaves } from './trees.js';
import type { Tensor, TensorType } from '@gradus/tensor';
import type { AnyLayer, PartialShape } from './any-layer.js';
import type { CallOptions } from './context.js';
import type { Call } from './symbolic.js';

// Only ever used to refuse: the layer whose `call` runs right now, to notice a call that forgets its context.
let calling: AnyLayer | undefined;

function isValue(value: unknown): value is Tensor | Symbolic {
  return isTensor(value) || value instanceof Symbolic;
}

export function isSymbol(value: unknown): value is Symbolic {
  return value instanceof Symbolic;
}

/** The layer's results for `x`, a tensor, a symbol or a tree of either. */
export function apply(layer: AnyLayer, x: unknown, options: CallOptions | Context = {}): unknown {
  const values = leavesOf(x, isValue);
  if (values.some(isSymbol)) return note(layer, x);
  if (!(options instanceof Context) && calling) {
    throw new Error(`${calling.className}.call: pass its context on: layer.apply(x, context)`);
  }
  const outer = options instanceof Context ? options : new Context(options);
  return run(layer, x, outer);
}

function run(layer: AnyLayer, x: unknown, outer: Context): unknown {
  const context = outer.enter(layer, x);
  build(layer, x, outer);
  const before = calling;
  calling = layer;
  try {
    const y = layer.call(x, context);
    layer.addLosses(y, context);
    context.remember(y, layer.computeMask(x, context.mask));
    return y;
  } catch (error) {
    throw error instanceof ShapeError ? located(error, layer) : error;
  } finally {
    calling = before;
  }
}

/** The same error, with the layer in front: `sequential: dense_1: matmul: ...`. */
function located(error: ShapeError, layer: AnyLayer): ShapeError {
  return new ShapeError(`${layer.name ?? snakeCase(layer.className)}: ${error.message}`, { cause: error });
}

function build(layer: AnyLayer, x: unknown, { owner, root }: Context): void {
  if (layer.built) return;
  if (owner && !childrenOf(owner).includes(layer)) {
    throw new Error(`${owner.className}: ${layer.className} is not in a public field of it: it would not be trained or saved`);
  }
  layer.buildFor(mapLeaves(x, isTensor, ({ shape }) => partial(shape)));
  const top = root ?? layer;
  claim(top, top.seed ?? 0);
}

function partial(shape: readonly number[]): PartialShape {
  return shape.length === 0 ? [] : [null, ...shape.slice(1)];
}

/** Notes the call, and works out the types of its results by tracing it for two batch sizes: what differs is unknown. */
function note(layer: AnyLayer, x: unknown): unknown {
  if (!layer.built) {
    layer.buildFor(mapLeaves(x, isSymbol, ({ shape }) => shape));
    claim(layer, layer.seed ?? 0);
  }
  const two = resultsFor(layer, x, 2);
  const three = leavesOf(resultsFor(layer, x, 3), isType);
  let next = 0;
  const outputs = mapLeaves(two, isType, ({ dtype, shape }) => {
    const other = three[next++]?.shape;
    return new Symbolic(shape.map((n, axis) => (n === other?.[axis] ? n : null)), dtype); // prettier-ignore
  });
  const call: Call = { layer, inputs: x, outputs };
  for (const output of leavesOf(outputs, isSymbol)) output.makeBy(call);
  return outputs;
}

function isType(value: unknown): value is TensorType {
  return typeof value === 'object' && value !== null && 'dtype' in value && 'shape' in value;
}

/** The types that `layer` makes of inputs whose unknown sizes are `n`. */
function resultsFor(layer: AnyLayer, x: unknown, n: number): unknown {
  const types = leavesOf(x, isSymbol).map(({ dtype, shape }) => ({ dtype, shape: shape.map((size) => size ?? n) }));
  let structure: unknown;
  const { graph } = trace(
    layer.className,
    (values) => {
      let at = 0;
      structure = run(layer, mapLeaves(x, isSymbol, () => values[at++]), new Context()); // prettier-ignore
      return leavesOf(structure, isTensor);
    },
    types,
  );
  let at = 0;
  return mapLeaves(structure, isTensor, () => {
    const id = graph.outputs[at++];
    const node = id === undefined ? undefined : graph.nodes[id];
    return node ? typesOf(node)[0] : undefined;
  });
}
