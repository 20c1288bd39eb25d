import { ShapeError, showShape, where } from '@gradus/tensor';
import { numberOrNumbers, read, write } from '../config.js';
import { Layer } from '../layer.js';
import { isTensor } from '../masks.js';
import { layerFields } from './fields.js';
import type { Tensor } from '@gradus/tensor';
import type { Config, Fields } from '../config.js';
import type { Context } from '../context.js';
import type { LayerOptions } from '../layer.js';
import type { Registry } from '../registry.js';

export interface SoftmaxOptions extends LayerOptions {
  /** The axis, or axes, that share one unit. @defaultValue -1 */
  readonly axis?: number | readonly number[];
}

const fields: Fields<SoftmaxOptions> = { ...layerFields, axis: numberOrNumbers };

/**
 * y = e^x / sum(e^x) along `axis`; shapes stay.
 *
 * A mask of the input, of its shape or one that broadcasts to it, says which places take part: the others are 0, so a
 * row without any is 0 throughout.
 */
export class Softmax extends Layer {
  static override readonly className: string = 'Softmax';
  override readonly supportsMasking: boolean = true;
  private readonly config: SoftmaxOptions;

  constructor(options: SoftmaxOptions = {}) {
    super(options);
    this.config = options;
  }

  override call(x: Tensor, { mask }: Context): Tensor {
    const { axis = -1 } = this.config;
    return isTensor(mask) ? maskedSoftmax(x, mask, axis) : x.softmax(axis);
  }

  override toConfig(): Config {
    return write(fields, this.config);
  }
  static fromConfig(config: Config, registry: Registry): Softmax {
    return new Softmax(read(fields, config, registry));
  }
}

/** The softmax of the places that the mask leaves; the others are 0, so a row without any is 0 throughout. */
export function maskedSoftmax(x: Tensor, mask: Tensor, axis: number | readonly number[]): Tensor {
  checkMask(x, mask);
  const all = mask.broadcastTo(x.shape);
  return where(all, where(all, x, -1e9).softmax(axis), 0);
}

function checkMask(x: Tensor, mask: Tensor): void {
  const added = x.rank - mask.rank;
  const fits = mask.shape.every((n, axis) => n === 1 || n === x.shape[axis + added]);
  if (added < 0 || !fits) throw new ShapeError(`Softmax: mask ${showShape(mask.shape)} does not broadcast to x ${showShape(x.shape)}`);
}
