/** A loop over many examples at once: the same loop, whose body is batched. */
import { current, eager, interpreterFor, replay, trace, typesOf } from '@gradus/tensor/extend';
import { full } from './rule.js';
import type { Tensor, TensorType } from '@gradus/tensor';
import type { Closure, ScanAttributes } from '@gradus/tensor/extend';
import type { batch as Batch } from './batch.js';
import type { Examples, Lane } from './rule.js';

/**
 * A carry is batched as soon as a step makes it so: the body is traced until that no longer changes.
 *
 * @param batch - handed in by its owner, which imports this file
 */
export function batchedScan(batch: typeof Batch, examples: Examples, lanes: readonly Lane[], attributes: ScanAttributes): readonly Lane[] {
  const { carries, sequences } = attributes;
  const { closure, inputs, outputs } = settled(batch, examples, lanes, attributes);
  const operands = lanes.map((lane, i) => {
    if (i < carries) return inputs[i] ? full(lane, examples.size) : lane.value;
    return i < carries + sequences && lane.batched ? swapped(lane.value) : lane.value; // [b, t, ...] -> [t, b, ...]
  });
  const all = [...operands, ...closure.captures];
  const results = interpreterFor('scan', all).scan(all, { ...attributes, body: closure.graph });
  return results.map((value, i) => ({ value: i >= carries && outputs[i] ? swapped(value) : value, batched: outputs[i] }));
}

interface Settled {
  readonly closure: Closure;
  /** Which inputs and outputs of the body are batched. */
  readonly inputs: readonly boolean[];
  readonly outputs: readonly boolean[];
}

function settled(batch: typeof Batch, examples: Examples, lanes: readonly Lane[], { body, carries }: ScanAttributes): Settled {
  const types = body.inputs.map((id) => typesOf(body.nodes[id])[0]);
  let inputs = lanes.map(({ batched }) => batched);
  for (;;) {
    let outputs: readonly boolean[] = [];
    const closure = trace(
      examples.name,
      (values) => {
        const own = values.map((value, i) => ({ value, batched: inputs[i] }));
        const ys = batch(examples, (xs) => replay(current() ?? eager, body, xs), own);
        outputs = ys.map(({ batched }, i) => batched || (i < carries && inputs[i]));
        return ys.map((y, i) => (outputs[i] ? full(y, examples.size) : y.value));
      },
      types.map((type, i) => (inputs[i] ? wide(type, examples.size) : type)),
    );
    const next = inputs.map((batched, i) => batched || (i < carries && outputs[i]));
    if (next.every((batched, i) => batched === inputs[i])) return { closure, inputs, outputs };
    inputs = next;
  }
}

function wide({ dtype, shape }: TensorType, size: number): TensorType {
  return { dtype, shape: [size, ...shape] };
}

/** The first two axes exchanged. */
function swapped(x: Tensor): Tensor {
  return x.transpose([1, 0, ...x.shape.slice(2).map((_, i) => i + 2)]);
}
