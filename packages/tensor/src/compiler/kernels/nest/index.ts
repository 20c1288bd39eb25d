/** Kernels of loop nests: fused nodes, and element-wise operations, broadcasts and reductions that stand alone. */
import { bytesOf } from '../../../dtype.js';
import { operandsOf, typesOf } from '../../graph.js';
import { sizeOf } from '../../../shape.js';
import { emit } from './emit.js';
import { slotBytes } from './cursor.js';
import { flatten, lower } from './lower.js';
import { schedule } from './schedule.js';
import { splitsOf } from './split.js';
import type { AnyOp, FusedNode, Graph } from '../../graph.js';
import type { Kernel, Layout, Target } from '../kernel.js';
import type { Nest } from './nest.js';

/** The kernel of a nest, or undefined where the node is none. */
export function nestKernel(
  node: AnyOp | FusedNode,
  operands: readonly Layout[],
  results: readonly Layout[],
  target: Target,
): Kernel | undefined {
  const body = node.kind === 'fused' ? node : alone(node, operands);
  const nest = lower(body, operands, results);
  return nest && kernelOf(nest, body, target);
}

/** The nest that a node is, for those who want to see it. */
export function nestOf(node: AnyOp | FusedNode, operands: readonly Layout[], results: readonly Layout[]): Nest | undefined {
  const body = node.kind === 'fused' ? node : alone(node, operands);
  const nest = lower(body, operands, results);
  return nest && flatten(nest, body.rows);
}

type Body = Pick<FusedNode, 'body' | 'rows' | 'columns'>;

/** One operation as the body of a nest. */
function alone(node: AnyOp, operands: readonly Layout[]): Body {
  const inputs = operands.map((_, i) => i);
  const body: Graph = {
    nodes: [...operands.map(({ type }) => ({ kind: 'input', type }) as const), onto(node, inputs)],
    inputs,
    outputs: [operands.length],
  };
  // What is reduced gives the nest its shape, else what is made.
  const { shape } = node.name === 'broadcastTo' || operands.length === 0 ? node.type : operands[operands.length - 1].type;
  const columns = shape.length === 0 ? 1 : shape[shape.length - 1];
  return { body, rows: columns === 0 ? 0 : sizeOf(shape) / columns, columns };
}

// The operands keep their number, which no type can say for all primitives at once.
function onto(node: AnyOp, operands: readonly number[]): AnyOp;
function onto(node: { readonly operands: readonly number[] }, operands: readonly number[]): object {
  return { ...node, operands };
}

function kernelOf(whole: Nest, { body, rows, columns }: Body, target: Target): Kernel {
  const nest = flatten(whole, rows);
  const plan = schedule(nest);
  const types = [...body.inputs, ...body.outputs].map((id) => typesOf(body.nodes[id])[0]);
  const operations = body.nodes.filter((node) => operandsOf(node).length > 0).length;
  return {
    signature: `nest${target.fma ? ' fma' : ''} ${JSON.stringify(nest, exact)}`,
    scratch: plan.slots.size * slotBytes(nest),
    flops: operations * rows * columns,
    bytes: types.reduce((total, { dtype, shape }) => total + bytesOf(dtype) * sizeOf(shape), 0),
    extra: [nest.flat ? rows * columns : rows],
    splits: splitsOf(whole, rows, (narrow, count) => kernelOf(narrow, { body, rows: count, columns: narrow.columns }, target)),
    emit: (module) => emit(nest, plan, module, target),
  };
}

/** JSON has neither infinities nor NaN nor -0. */
function exact(_: string, value: unknown): unknown {
  return typeof value === 'number' && (!Number.isFinite(value) || Object.is(value, -0)) ? `${Object.is(value, -0) ? '-0' : value}` : value;
}
