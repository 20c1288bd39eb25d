/**
 * From a fused node, or a single operation as a body of one, to a nest.
 *
 * Broadcasts disappear here: they only say how often a value changes. A value computed of row values alone is computed
 * once a row, whatever its shape.
 */
import { isPointwise } from '../lanes/pointwise.js';
import { sizeOf } from '../../../shape.js';
import type { FusedNode, Graph, Id, Node } from '../../graph.js';
import type { TensorType } from '../../../primitive.js';
import type { Layout } from '../kernel.js';
import type { End, Nest, Reduction, Role, Stream, Value } from './nest.js';

/** What a value's shape says: an element, one a row, one a column, one for all. */
type Sort = Stream['kind'];

/** The nest of `node`, or undefined where a nest cannot say it. */
export function lower(
  node: Pick<FusedNode, 'body' | 'rows' | 'columns'>,
  operands: readonly Layout[],
  results: readonly Layout[],
): Nest | undefined {
  const lowering = new Lowering(node, operands);
  try {
    return lowering.nest(results);
  } catch (error) {
    if (error instanceof Unsupported) return undefined;
    throw error;
  }
}

/** Thrown where a nest cannot say what the node does. */
class Unsupported extends Error {}

class Lowering {
  private readonly body: Graph;
  private readonly rows: number;
  private readonly columns: number;
  private readonly layouts: readonly Layout[];
  private readonly streams: Stream[] = [];
  private readonly values: Value[] = [];
  /** What each node of the body is here. */
  private readonly known: (number | undefined)[] = [];
  private readonly sorts: (Sort | undefined)[] = [];
  private readonly loads = new Map<string, number>();
  private readonly ended = new Map<Id, Omit<End, 'stream'>>();

  constructor({ body, rows, columns }: Pick<FusedNode, 'body' | 'rows' | 'columns'>, layouts: readonly Layout[]) {
    this.body = body;
    this.rows = rows;
    this.columns = columns;
    this.layouts = layouts;
  }

  nest(results: readonly Layout[]): Nest {
    if (this.rows * this.columns === 0) throw new Unsupported();
    for (const { type } of this.layouts) this.streams.push({ dtype: type.dtype, kind: 'single', stride: 0 });
    for (const [id, node] of this.body.nodes.entries()) this.visit(id, node);
    const stores: { value: number; stream: number }[] = [];
    const ends: End[] = [];
    for (const [i, layout] of results.entries()) {
      const id = this.body.outputs[i];
      const stream = this.streams.length;
      const end = this.ended.get(id);
      const kind = end === undefined ? this.outputSort(id, layout.type) : sizeOf(layout.type.shape) === 1 ? 'single' : 'column';
      this.streams.push({ dtype: layout.type.dtype, kind, stride: this.strideOf(layout, kind) });
      if (end) ends.push({ ...end, stream });
      else stores.push({ value: this.once(this.argument(id, kind), kind), stream });
    }
    const roots = [...stores.map(({ value }) => value), ...ends.map(({ arg }) => arg)];
    const { values, columns, streams } = this;
    const sweeps = 1 + Math.max(...roots.map((i) => (values[i].role === 'single' ? 0 : values[i].sweep)), ...values.map(lastSweep));
    return { columns, flat: false, sweeps, streams, operands: this.layouts.length, values, stores, ends };
  }

  private visit(id: Id, node: Node): void {
    switch (node.kind) {
      case 'input':
        return;
      case 'splat':
        this.known[id] = this.push({ op: 'splat', dtype: node.type.dtype, number: node.value });
        return;
      case 'op':
        break;
      default:
        throw new Unsupported();
    }
    const { name } = node;
    if (name === 'broadcastTo') {
      const [x] = node.operands;
      this.known[id] = this.argument(x, this.spreadSort(this.typeOf(x), node.type));
      this.sorts[id] = 'full';
    } else if (name === 'reshape' || name === 'stopGradient') {
      const sort = this.sortAsOperand(node.operands[0], node.type);
      this.known[id] = this.argument(node.operands[0], sort);
      this.sorts[id] = sort;
    } else if (name === 'sum' || name === 'prod' || name === 'max' || name === 'min') {
      this.reduce(id, name, node.operands[0], node.attributes.axes, node.type);
    } else {
      this.compute(id, node);
    }
  }

  private compute(id: Id, node: Node & { readonly kind: 'op' }): void {
    const operands: readonly Id[] = node.operands;
    const last = this.typeOf(operands[operands.length - 1]).dtype;
    if (!isPointwise(node.name, last, node.type.dtype)) throw new Unsupported();
    const row = operands.some((operand) => this.sorts[operand] === 'row');
    const sort = row ? 'row' : this.sortOfType(node.type);
    const args = operands.map((operand) => this.once(this.argument(operand, sort), sort));
    this.known[id] = this.push({ op: node.name, args, dtype: node.type.dtype });
    this.sorts[id] = sort;
  }

  private reduce(id: Id, op: Reduction, x: Id, axes: readonly number[], { dtype }: TensorType): void {
    const { shape } = this.typeOf(x);
    const sort = this.sortAsOperand(x, this.typeOf(x));
    const arg = this.argument(x, sort);
    if (dtype === 'float64' || dtype === 'bool') throw new Unsupported();
    const last = shape.length - 1;
    const overLast = axes.includes(last) || shape.length === 0;
    const some = shape.slice(0, -1).some((n, axis) => n !== 1 && axes.includes(axis));
    const all = shape.slice(0, -1).every((n, axis) => n === 1 || axes.includes(axis));
    if (sort === 'full' && overLast && !some) {
      this.known[id] = this.push({ op, args: [arg], dtype, role: 'row', sweep: this.values[arg].sweep + 1 });
      this.sorts[id] = 'row';
      return;
    }
    if (!all || (sort === 'row' && !(overLast || shape[last] === 1))) throw new Unsupported();
    this.once(arg, sort);
    this.ended.set(id, { op, arg, swept: sort === 'full', sweep: this.values[arg].sweep });
  }

  /** The value of a node where it is read as `sort`: an input is loaded, anything else is known. */
  private argument(id: Id, sort: Sort): number {
    const node = this.body.nodes[id];
    if (node.kind !== 'input') {
      const value = this.known[id];
      if (value === undefined) throw new Unsupported();
      return value;
    }
    const stream = this.body.inputs.indexOf(id);
    const kind = sizeOf(node.type.shape) === 1 ? 'single' : sort === 'column' && this.rows === 1 ? 'full' : sort;
    const key = `${stream} ${kind}`;
    const loaded = this.loads.get(key);
    if (loaded !== undefined) return loaded;
    if (this.loads.has(`${stream}`)) throw new Unsupported();
    this.streams[stream] = { dtype: node.type.dtype, kind, stride: this.strideOf(this.layouts[stream], kind) };
    const value = this.push({ op: 'load', dtype: node.type.dtype, role: kind === 'column' ? 'full' : kind, stream });
    this.loads.set(key, value);
    this.loads.set(`${stream}`, value);
    return value;
  }

  /** What is asked for once a row must not change with every element. */
  private once(value: number, sort: Sort): number {
    if (sort !== 'full' && sort !== 'column' && this.values[value].role === 'full') throw new Unsupported();
    return value;
  }

  private push(value: Partial<Value> & Pick<Value, 'op' | 'dtype'>): number {
    if (value.dtype === 'float64') throw new Unsupported();
    const args = (value.args ?? []).map((i) => this.values[i]);
    const role: Role = args.some((arg) => arg.role === 'full') ? 'full' : args.some((arg) => arg.role === 'row') ? 'row' : 'single';
    const sweep = Math.max(0, ...args.map((arg) => arg.sweep));
    return this.values.push({ args: [], stream: -1, number: 0, role, sweep, ...value }) - 1;
  }

  private typeOf(id: Id): TensorType {
    const node = this.body.nodes[id];
    if (node.kind === 'op' || node.kind === 'input' || node.kind === 'splat') return node.type;
    throw new Unsupported();
  }

  private sortOfType({ shape }: TensorType): Sort {
    const size = sizeOf(shape);
    const last = shape.length === 0 ? 1 : shape[shape.length - 1];
    if (last === this.columns && size === this.rows * this.columns) return 'full';
    if (size === 1) return 'single';
    if (size === this.rows) return 'row';
    if (size === this.rows * this.columns) return 'full';
    return last === this.columns && size === this.columns ? 'column' : 'single';
  }

  private sortAsOperand(id: Id, type: TensorType): Sort {
    return this.sorts[id] ?? this.sortOfType(type);
  }

  private outputSort(id: Id, type: TensorType): Sort {
    const sort = this.sortAsOperand(id, type);
    if (sort === 'column') throw new Unsupported();
    return sort;
  }

  /** How x changes over y, to whose shape it is broadcast. */
  private spreadSort(x: TensorType, y: TensorType): Sort {
    if (sizeOf(y.shape) !== this.rows * this.columns) throw new Unsupported();
    if (sizeOf(x.shape) === 1) return 'single';
    const missing = y.shape.length - x.shape.length;
    const at = (axis: number): number => (axis < missing ? 1 : x.shape[axis - missing]);
    const last = y.shape.length - 1;
    const leading = y.shape.slice(0, -1);
    if (y.shape[last] !== this.columns) throw new Unsupported();
    if (at(last) === 1 && leading.every((n, axis) => at(axis) === n)) return 'row';
    if (at(last) !== this.columns) throw new Unsupported();
    if (leading.every((_, axis) => at(axis) === 1)) return 'column';
    if (leading.every((n, axis) => at(axis) === n)) return 'full';
    throw new Unsupported();
  }

  private strideOf({ type, pitch }: Layout, kind: Sort): number {
    const { shape } = type;
    const last = shape.length === 0 ? 1 : shape[shape.length - 1];
    const dense = pitch === last || sizeOf(shape) === last;
    if (kind === 'single' || kind === 'column') {
      // A column is one row of its tensor.
      if (kind === 'column' && last !== this.columns && !dense) throw new Unsupported();
      return 0;
    }
    if (kind === 'row') {
      if (last === 1) return pitch;
      if (!dense) throw new Unsupported();
      return 1;
    }
    if (last === this.columns) return sizeOf(shape) === last ? this.columns : pitch;
    if (!dense) throw new Unsupported();
    return this.columns;
  }
}

/** A nest whose rows follow one another as one long row: lengths are parameters then, and no part of the code. */
export function flatten(nest: Nest, rows: number): Nest {
  const { streams, columns, stores, values, sweeps } = nest;
  const dense = streams.every(({ kind, stride }) => kind === 'single' || (kind === 'full' && (stride === columns || rows === 1)));
  const plain = stores.every(({ stream }) => streams[stream].kind === 'full') && values.every(({ role }) => role !== 'row');
  if (!dense || !plain || sweeps > 1) return nest;
  return { ...nest, columns: 0, flat: true, streams: streams.map((stream) => ({ ...stream, stride: 0 })) };
}

/** The last sweep that a value takes part in. */
function lastSweep({ op, role, sweep }: Value): number {
  if (role === 'full') return sweep;
  return op === 'sum' || op === 'prod' || op === 'max' || op === 'min' ? sweep - 1 : 0;
}
