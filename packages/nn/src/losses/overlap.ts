/** Losses for regions: how much of two of them is common. */
import { epsilon } from './crossentropy.js';
import { Loss } from './loss.js';
import type { Tensor } from '@gradus/tensor';
import type { LossOptions } from './loss.js';

export interface OverlapOptions extends LossOptions {
  /** The axes of one region. @defaultValue all of them, the batch's too */
  readonly axis?: number | readonly number[];
}

/** 1 - 2 sum(y p) / (sum y + sum p + 1e-7). y, p: [n, ...], from 0 to 1. Dice, 1945. */
export class Dice extends Loss {
  private readonly axis: number | readonly number[] | undefined;

  constructor(options: OverlapOptions = {}) {
    super('dice', options);
    this.axis = options.axis;
  }
  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    const common = yTrue.mul(yPred).sum(this.axis);
    const both = yTrue.sum(this.axis).add(yPred.sum(this.axis)).add(epsilon);
    return common.mul(2).div(both).neg().add(1);
  }
}

export interface TverskyOptions extends OverlapOptions {
  /** How much it costs to find what is not there. @defaultValue 0.5 */
  readonly alpha?: number;
  /** How much it costs to miss what is there. @defaultValue 0.5 */
  readonly beta?: number;
}

/**
 * 1 - c / (c + alpha sum((1 - y) p) + beta sum(y (1 - p)) + 1e-7), c = sum(y p); with both 0.5 that is Dice.
 * y, p: [n, ...], from 0 to 1. Salehi et al., Tversky loss function for image segmentation, 2017.
 */
export class Tversky extends Loss {
  private readonly options: TverskyOptions;

  constructor(options: TverskyOptions = {}) {
    super('tversky', options);
    this.options = options;
  }
  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    const { alpha = 0.5, beta = 0.5, axis } = this.options;
    const common = yTrue.mul(yPred).sum(axis);
    const missed = yPred.neg().add(1).mul(yTrue).sum(axis);
    const invented = yPred.mul(yTrue.neg().add(1)).sum(axis);
    return common
      .div(common.add(invented.mul(alpha)).add(missed.mul(beta)).add(epsilon))
      .neg()
      .add(1);
  }
}
