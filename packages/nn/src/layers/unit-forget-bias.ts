import { concat, foldIn, ones } from '@gradus/tensor';
import { Initializer } from '../initializers.js';
import type { DType, Shape, Tensor } from '@gradus/tensor';
import type { Saved } from '../config.js';

/**
 * 1 for the forget gate, the second of four; the others as given.
 *
 * Jozefowicz, Zaremba, Sutskever 2015, "An empirical exploration of recurrent network architectures".
 */
export class UnitForgetBias extends Initializer {
  private readonly others: Initializer;

  constructor(others: Initializer) {
    super();
    this.others = others;
  }
  override draw(key: Tensor, [size = 0]: Shape, dtype: DType): Tensor {
    const units = size / 4;
    return concat([this.others.draw(key, [units], dtype), ones([units], dtype), this.others.draw(foldIn(key, 1), [2 * units], dtype)]);
  }
  /** A layer keeps the others and whether it has this one. */
  override toConfig(): Saved {
    return this.others.toConfig();
  }
}
