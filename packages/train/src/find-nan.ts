/** A step that is watched: if the loss is lost in it, it is taken back and run again, operation by operation. */
import { firstBad } from '@gradus/tensor/extend';
import { firstNotFinite } from './data/finite.js';
import { valuesOf } from './task.js';
import type { AnyBatch } from './data/batches.js';
import type { Run } from './run.js';

/** Training ran into NaN or infinity; the variables are those from before the step that did. */
export class NotFiniteError extends Error {
  override readonly name: string = 'NotFiniteError';
}

/** @throws NotFiniteError naming the first operation that made a bad number out of good ones */
export function watchedStep({ task, epoch, batch: number }: Run, batch: AnyBatch): void {
  const variables = task.variables();
  const before = valuesOf(variables);
  task.train(batch);
  const { loss = 0 } = task.logs();
  if (Number.isFinite(loss)) return;
  const takeBack = (): void => {
    for (const [path, value] of before) variables.get(path)?.assign(value);
  };
  takeBack();
  // Under a transform a compiled step runs as it is written.
  const found = firstBad(Number.isNaN(loss) ? 'NaN' : 'infinite', () => task.train(batch));
  takeBack();
  const why = firstNotFinite(batch) ?? found ?? 'no single operation made it from finite numbers';
  throw new NotFiniteError(`epoch ${epoch + 1}, batch ${number + 1}: the loss is ${loss}: ${why}`);
}
