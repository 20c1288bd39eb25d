import { arange, concat, full, logSoftmax, logSumExp, scan, ShapeError, showShape, stack, takeAlong, where, zeros } from '@gradus/tensor';
import { Loss } from './loss.js';
import type { Tensor } from '@gradus/tensor';
import type { LossOptions } from './loss.js';

/** The logarithm of a probability of 0, finite so that its gradient is 0 and not NaN. */
const never = -1e30;

/**
 * Connectionist temporal classification: -log of the probability of all ways to stretch the labels over the time steps, where every label may last
 * several steps and blanks, class 0, may stand between.
 *
 * With the labels z = [0, y1, 0, y2, ..., 0]: alpha[t, s] = (alpha[t-1, s] + alpha[t-1, s-1] + alpha[t-1, s-2]) p[t, z_s], the last term only
 * at labels that differ from the one before. y: [n, labels] whole numbers, 0 behind the last one; p: [n, steps, classes] logits.
 *
 * Graves, Fernandez, Gomez, Schmidhuber 2006.
 */
export class CTC extends Loss {
  constructor(options?: LossOptions) {
    super('ctc', options);
  }
  override align(yTrue: Tensor, yPred: Tensor): readonly [Tensor, Tensor] {
    return [yTrue.cast('int32'), yPred];
  }
  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    if (yTrue.rank !== 2 || yPred.rank !== 3 || (yTrue.shape[1] ?? 0) === 0) {
      throw new ShapeError(
        `ctc: expected labels [n, labels] and logits [n, steps, classes], found ${showShape(yTrue.shape)} and ${showShape(yPred.shape)}`,
      );
    }
    const z = extended(yTrue); // [n, 2 labels + 1]
    const [n = 0, width = 0] = z.shape;
    const steps = yPred.shape[1] ?? 0;
    const p = takeAlong(logSoftmax(yPred), z.expandDims(1).broadcastTo([n, steps, width]), 2).transpose([1, 0, 2]); // [steps, n, width]
    const first = p.slice(0).add(concat([zeros([2]), full([width - 2], never)]));
    const jump = where(jumps(z), 0, never); // [n, width]
    const [last] = scan<Tensor, Tensor, readonly Tensor[]>(
      (alpha, pt) => {
        const [one, two] = [shifted(alpha, 1), shifted(alpha, 2).add(jump)];
        return [logSumExp(stack([alpha, one, two]), 0).add(pt), []];
      },
      first,
      p.slice('1:'),
    );
    const ends = yTrue.notEqual(0).cast('int32').sum(1, { keepDims: true }).mul(2); // [n, 1]
    const blank = takeAlong(last, ends, 1);
    const label = where(ends.equal(0), never, takeAlong(last, ends.sub(1).maximum(0), 1));
    return logSumExp(concat([blank, label], 1), 1).neg();
  }
}

/** The labels with blanks around each: [0, y1, 0, y2, ..., 0]. */
function extended(y: Tensor): Tensor {
  const [n = 0, labels = 0] = y.shape;
  const pairs = stack([zeros([n, labels], 'int32'), y], 2).reshape([n, 2 * labels]);
  return concat([pairs, zeros([n, 1], 'int32')], 1);
}

/** Where a path may come from two places before: from a label, which stand at odd places, to another one that differs. */
function jumps(z: Tensor): Tensor {
  const [n = 0, width = 0] = z.shape;
  const before = concat([zeros([n, 2], 'int32'), z.slice(':', ':-2')], 1);
  const isLabel = arange(0, width).remainder(2).equal(1);
  return z.notEqual(before).and(isLabel);
}

/** alpha[s - by], impossible where there is none. */
function shifted(alpha: Tensor, by: number): Tensor {
  const [n = 0] = alpha.shape;
  return concat([full([n, by], never), alpha.slice(':', `:-${by}`)], 1);
}
