/** Looking for the operation that made the first bad number: everything runs on numbers, one operation after the other. */
import { within } from '../dispatch.js';
import { callSite } from '../errors.js';
import { showType } from '../compiler/graph.js';
import { Eager } from './eager.js';
import type { Attributes, Operands, Primitive, PrimitiveName } from '../primitive.js';
import type { Tensor } from '../tensor.js';

/** NaN from numbers that are not, or infinity from finite ones. */
export type Bad = 'NaN' | 'infinite';

/** Carries what was found past everything that is running. */
class Found extends Error {
  override readonly name: string = 'Found';
}

class Watch extends Eager {
  private readonly isBad: (value: number) => boolean;

  constructor(bad: Bad) {
    super();
    this.isBad = bad === 'NaN' ? (value) => Number.isNaN(value) : (value) => !Number.isFinite(value);
  }

  override run<P extends PrimitiveName>(primitive: Primitive<P>, operands: Operands<P, Tensor>, attributes: Attributes<P>): Tensor {
    const y = super.run(primitive, operands, attributes);
    const at = this.firstBad(y);
    if (at >= 0) this.report(primitive.name, operands, y, at);
    return y;
  }

  /** A bad number that was there before is somebody else's. */
  private report(name: string, operands: readonly Tensor[], y: Tensor, at: number): void {
    if (operands.some((operand) => this.firstBad(operand) >= 0)) return;
    const from = operands.map((operand) => describe(operand, at, y.size)).join(' and ');
    throw new Found(
      `${name}: ${y.dense().data[at]} in ${showType(y)} at [${placeOf(y.shape, at).join(', ')}], from ${from}; ${callSite().line}`,
    );
  }

  private firstBad(x: Tensor): number {
    return x.dense().data.findIndex(this.isBad);
  }
}

/** An operand's number at the same place, where it has one; else its type. */
function describe(operand: Tensor, at: number, size: number): string {
  return operand.size === size ? String(operand.dense().data[at]) : showType(operand);
}

function placeOf(shape: readonly number[], at: number): number[] {
  const place: number[] = [];
  let rest = at;
  for (const n of [...shape].reverse()) {
    place.unshift(rest % n);
    rest = Math.floor(rest / n);
  }
  return place;
}

/**
 * Runs `body` until an operation makes a bad number out of good ones; which, with types, place and line. undefined:
 * none did.
 */
export function firstBad(bad: Bad, body: () => void): string | undefined {
  try {
    within(new Watch(bad), body);
    return undefined;
  } catch (error) {
    if (error instanceof Found) return error.message;
    throw error;
  }
}
