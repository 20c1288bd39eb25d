/** A computation with a derivative of its own, over many examples at once: both halves are batched. */
import { full } from './rule.js';
import type { Tensor } from '@gradus/tensor';
import type { Callee } from '@gradus/tensor/extend';
import type { batch as Batch } from './batch.js';
import type { Examples } from './rule.js';

/**
 * The callee whose results are all batched. An operand that all examples share gets the sum of their gradients.
 *
 * @param batch - handed in by its owner, which imports this file
 * @param batched - which operands have the batch axis
 */
export function batchedCallee(batch: typeof Batch, examples: Examples, callee: Callee, batched: readonly boolean[]): Callee {
  const { size } = examples;
  return {
    name: callee.name,
    forward(xs) {
      const lanes = xs.map((value, i) => ({ value, batched: batched[i] }));
      return batch(examples, (values) => callee.forward(values), lanes).map((y) => full(y, size));
    },
    pull(xs, ys, dys) {
      const lanes = [...xs, ...ys, ...dys].map((value, i) => ({ value, batched: batched[i] ?? true }));
      let flows: readonly boolean[] = [];
      const parts = (values: readonly Tensor[]): readonly Tensor[] => {
        const [n, m] = [xs.length, xs.length + ys.length];
        const dxs = callee.pull(values.slice(0, n), values.slice(n, m), values.slice(m));
        flows = dxs.map((dx) => dx !== undefined);
        return dxs.filter((dx) => dx !== undefined);
      };
      const found = batch(examples, parts, lanes).values();
      return flows.map((flow, i) => {
        const dx = flow ? found.next().value : undefined;
        if (!dx) return undefined;
        return batched[i] ? full(dx, size) : full(dx, size).sum(0);
      });
    },
  };
}
