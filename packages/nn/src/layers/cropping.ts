import { ShapeError, showShape } from '@gradus/tensor';
import { read, write } from '../config.js';
import { Layer } from '../layer.js';
import { edgesField, pairsOf } from './edges.js';
import { layerFields } from './fields.js';
import { checkPlaces } from './windows.js';
import type { Tensor } from '@gradus/tensor';
import type { Config, Fields } from '../config.js';
import type { LayerOptions } from '../layer.js';
import type { Registry } from '../registry.js';
import type { Edges } from './edges.js';
import type { Places } from './windows.js';

interface CroppingConfig extends LayerOptions {
  readonly cropping?: Edges;
}

const fields: Fields<CroppingConfig> = { ...layerFields, cropping: edgesField };

/** Cuts places off at the ends of each axis. */
abstract class Cropping extends Layer {
  private readonly config: CroppingConfig;
  private readonly places: Places;
  private readonly pairs: readonly (readonly [number, number])[];

  constructor(places: Places, cropping: Edges, options: LayerOptions = {}) {
    super(options);
    this.pairs = pairsOf(this.className, 'cropping', cropping, places);
    this.places = places;
    this.config = { cropping, ...options };
  }

  override call(x: Tensor): Tensor {
    checkPlaces(this.className, x.shape, this.places);
    const ranges = this.pairs.map(([before, after], i) => {
      const end = (x.shape[i + 1] ?? 0) - after;
      if (before < end) return `${before}:${end}`;
      throw new ShapeError(`${this.className}: cropping ${JSON.stringify(this.pairs)} leaves nothing of x ${showShape(x.shape)}`);
    });
    return x.slice(':', ...ranges);
  }

  override toConfig(): Config {
    return write(fields, this.config);
  }
}

/** [n, steps, c] -> [n, steps - before - after, c]. */
export class Cropping1D extends Cropping {
  static override readonly className: string = 'Cropping1D';

  constructor(cropping: Edges = 1, options?: LayerOptions) {
    super(1, cropping, options);
  }
  static fromConfig(config: Config, registry: Registry): Cropping1D {
    const { cropping, ...options } = read(fields, config, registry);
    return new Cropping1D(cropping, options);
  }
}

/** [n, height, width, c] without some rows at the top and the bottom and some columns at the left and the right. */
export class Cropping2D extends Cropping {
  static override readonly className: string = 'Cropping2D';

  constructor(cropping: Edges = 0, options?: LayerOptions) {
    super(2, cropping, options);
  }
  static fromConfig(config: Config, registry: Registry): Cropping2D {
    const { cropping, ...options } = read(fields, config, registry);
    return new Cropping2D(cropping, options);
  }
}

/** [n, depth, height, width, c] without what lies outermost. */
export class Cropping3D extends Cropping {
  static override readonly className: string = 'Cropping3D';

  constructor(cropping: Edges = 1, options?: LayerOptions) {
    super(3, cropping, options);
  }
  static fromConfig(config: Config, registry: Registry): Cropping3D {
    const { cropping, ...options } = read(fields, config, registry);
    return new Cropping3D(cropping, options);
  }
}
