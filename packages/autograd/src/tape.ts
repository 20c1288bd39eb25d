/** What reverse mode writes down while a function runs: how each result's gradient reaches its operands. */
import { DTypeError, ShapeError, sameShape, showShape } from '@gradus/tensor';
import type { Tensor, TensorType } from '@gradus/tensor';

/** The number of a differentiable value; its gradient collects there. */
export type Slot = number;

/** A thunk for each operand: undefined where no gradient flows. */
export type Thunks = readonly ((() => Tensor | undefined) | undefined)[];

interface Entry {
  readonly name: string;
  /** The results have the slots from here on. */
  readonly first: Slot;
  readonly results: number;
  readonly operands: readonly (Slot | undefined)[];
  readonly pull: (dys: readonly (Tensor | undefined)[]) => Thunks;
}

export class Tape {
  private readonly entries: Entry[] = [];
  private readonly types: TensorType[] = [];

  /** A place for the gradient of a value of this type. */
  slot({ dtype, shape }: TensorType): Slot {
    return this.types.push({ dtype, shape }) - 1;
  }

  /** Writes down an operation; returns the slots of its results. */
  record(name: string, results: readonly TensorType[], operands: readonly (Slot | undefined)[], pull: Entry['pull']): readonly Slot[] {
    const slots = results.map((type) => this.slot(type));
    this.entries.push({ name, first: this.types.length - results.length, results: results.length, operands, pull });
    return slots;
  }

  /** The gradients of the values in `wanted`, from those of the values in `sources`; undefined where none arrives. */
  backward(
    sources: readonly (readonly [Slot | undefined, Tensor])[],
    wanted: readonly (Slot | undefined)[],
  ): readonly (Tensor | undefined)[] {
    const gradients = new Array<Tensor | undefined>(this.types.length).fill(undefined);
    const add = (name: string, slot: Slot, dx: Tensor): void => {
      this.check(name, this.types[slot], dx);
      gradients[slot] = gradients[slot]?.add(dx) ?? dx;
    };
    for (const [slot, dy] of sources) if (slot !== undefined) add('the pull-back', slot, dy);
    for (let i = this.entries.length - 1; i >= 0; i--) {
      const { name, first, results, operands, pull } = this.entries[i];
      const dys = gradients.slice(first, first + results);
      if (dys.every((dy) => dy === undefined)) continue;
      // Their turn has come: nothing else will be added to them.
      gradients.fill(undefined, first, first + results);
      for (const [j, thunk] of pull(dys).entries()) {
        const slot = operands[j];
        const dx = slot === undefined ? undefined : thunk?.();
        if (slot !== undefined && dx) add(name, slot, dx);
      }
    }
    return wanted.map((slot) => (slot === undefined ? undefined : gradients[slot]));
  }

  private check(name: string, type: TensorType, dx: Tensor): void {
    if (dx.dtype !== type.dtype) throw new DTypeError(`${name}: the value is ${type.dtype}, its gradient ${dx.dtype}`);
    if (sameShape(dx.shape, type.shape)) return;
    throw new ShapeError(`${name}: the value has shape ${showShape(type.shape)}, its gradient ${showShape(dx.shape)}`);
  }
}
