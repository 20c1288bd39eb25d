import { ArgumentError, ShapeError, showShape, sizeOf } from '@gradus/tensor';
import { numbers, read, required, write } from '../config.js';
import { Layer } from '../layer.js';
import { layerFields } from './fields.js';
import type { Shape, Tensor } from '@gradus/tensor';
import type { Config, Fields } from '../config.js';
import type { LayerOptions } from '../layer.js';
import type { Registry } from '../registry.js';

interface ReshapeConfig extends LayerOptions {
  readonly targetShape: Shape;
}

const fields: Fields<ReshapeConfig> = { ...layerFields, targetShape: required(numbers) };

/** Each sample under another shape: [n, ...sizes] -> [n, ...targetShape]; one size may be -1 and is then worked out. */
export class Reshape extends Layer {
  static override readonly className: string = 'Reshape';
  private readonly config: ReshapeConfig;

  constructor(targetShape: Shape, options: LayerOptions = {}) {
    super(options);
    const sizes = targetShape.every((n) => Number.isInteger(n) && n >= -1);
    if (!sizes || targetShape.filter((n) => n === -1).length > 1) {
      throw new ArgumentError(`targetShape: expected whole numbers of at least 0 and at most one -1, found ${showShape(targetShape)}`);
    }
    this.config = { targetShape, ...options };
  }

  override call(x: Tensor): Tensor {
    const { targetShape } = this.config;
    const [n, ...sizes] = x.shape;
    if (n === undefined) throw new ShapeError('Reshape: expected x [n, ...], found a scalar');
    const known = sizeOf(targetShape.filter((size) => size !== -1));
    // Worked out for one sample, so that a batch of none has a shape too.
    const missing = known === 0 ? 0 : sizeOf(sizes) / known;
    const shape = targetShape.map((size) => (size === -1 ? missing : size));
    if (!Number.isInteger(missing) || sizeOf(shape) !== sizeOf(sizes)) {
      throw new ShapeError(
        `Reshape: a sample ${showShape(sizes)} has ${sizeOf(sizes)} elements, which do not fill targetShape ${showShape(targetShape)}`,
      );
    }
    return x.reshape([n, ...shape]);
  }

  override toConfig(): Config {
    return write(fields, this.config);
  }
  static fromConfig(config: Config, registry: Registry): Reshape {
    const { targetShape, ...options } = read(fields, config, registry);
    return new Reshape(targetShape, options);
  }
}
