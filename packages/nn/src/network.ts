/** A functional graph of layers: its calls in an order in which each finds its inputs made. */
import { ArgumentError, ShapeError, showShape } from '@gradus/tensor';
import { apply, isSymbol } from './apply.js';
import { isTensor } from './masks.js';
import { leavesOf, mapLeaves, placesOf } from './trees.js';
import type { Tensor } from '@gradus/tensor';
import type { AnyLayer } from './any-layer.js';
import type { Context } from './context.js';
import type { Call, Symbolic } from './symbolic.js';

export interface Network {
  /** Trees of symbols, as the model's author gave them. */
  readonly inputs: unknown;
  readonly outputs: unknown;
  readonly calls: readonly Call[];
}

/** The network between `inputs` and `outputs`. */
export function networkOf(inputs: unknown, outputs: unknown): Network {
  const given = leavesOf(inputs, isSymbol);
  const calls: Call[] = [];
  const known = new Set<Symbolic>(given);
  const visit = (symbol: Symbolic, depth: number): void => {
    if (known.has(symbol)) return;
    const call = symbol.madeBy;
    if (!call) throw new ArgumentError(`Model: an output needs the input ${symbol.name ?? String(symbol)}, which is not among the inputs`);
    if (depth > 10_000) throw new ArgumentError('Model: more than 10,000 layers in a row');
    for (const input of leavesOf(call.inputs, isSymbol)) visit(input, depth + 1);
    for (const output of leavesOf(call.outputs, isSymbol)) known.add(output);
    calls.push(call);
  };
  for (const output of leavesOf(outputs, isSymbol)) visit(output, 0);
  return { inputs, outputs, calls };
}

/** The layers of a network, each once, in order of their first call. */
export function layersOf({ calls }: Network): readonly AnyLayer[] {
  return [...new Set(calls.map(({ layer }) => layer))];
}

/** Runs the network on tensors in the structure of its inputs. */
export function runNetwork({ inputs, outputs, calls }: Network, x: unknown, context: Context): unknown {
  const values = new Map<Symbolic, Tensor>();
  const places = placesOf(inputs, isSymbol);
  mapLeaves(
    inputs,
    isSymbol,
    (symbol, [value], where) => {
      if (!isTensor(value)) throw new ArgumentError(`${where || 'x'} is missing; the model takes: ${places.join(', ') || 'one tensor'}`);
      values.set(symbol, checked(symbol, value, where));
    },
    [x],
  );
  for (const { layer, inputs: from, outputs: to } of calls) {
    const y = apply(layer, mapLeaves(from, isSymbol, (symbol) => values.get(symbol)), context); // prettier-ignore
    mapLeaves(to, isSymbol, (symbol, [value]) => isTensor(value) && values.set(symbol, value), [y]);
  }
  return mapLeaves(outputs, isSymbol, (symbol) => values.get(symbol));
}

function checked(symbol: Symbolic, value: Tensor, where: string): Tensor {
  const { shape } = symbol;
  if (shape.length === value.rank && shape.every((n, axis) => n === null || n === value.shape[axis])) return value;
  throw new ShapeError(`${where || 'x'}: expected ${showShape(shape)}, found ${showShape(value.shape)}`);
}
