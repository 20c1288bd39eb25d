import { pad } from '@gradus/tensor';
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

interface PaddingConfig extends LayerOptions {
  readonly padding?: Edges;
}

const fields: Fields<PaddingConfig> = { ...layerFields, padding: edgesField };

/** Puts zeros around the places of each axis. */
abstract class ZeroPadding extends Layer {
  private readonly config: PaddingConfig;
  private readonly places: Places;
  private readonly pairs: readonly (readonly [number, number])[];

  constructor(places: Places, padding: Edges, options: LayerOptions = {}) {
    super(options);
    this.pairs = pairsOf(this.className, 'padding', padding, places);
    this.places = places;
    this.config = { padding, ...options };
  }

  override call(x: Tensor): Tensor {
    checkPlaces(this.className, x.shape, this.places);
    return pad(x, [[0, 0], ...this.pairs, [0, 0]]);
  }

  override toConfig(): Config {
    return write(fields, this.config);
  }
}

/** [n, steps, c] -> [n, before + steps + after, c]. */
export class ZeroPadding1D extends ZeroPadding {
  static override readonly className: string = 'ZeroPadding1D';

  constructor(padding: Edges = 1, options?: LayerOptions) {
    super(1, padding, options);
  }
  static fromConfig(config: Config, registry: Registry): ZeroPadding1D {
    const { padding, ...options } = read(fields, config, registry);
    return new ZeroPadding1D(padding, options);
  }
}

/** [n, height, width, c] with rows of zeros above and below and columns at the left and the right. */
export class ZeroPadding2D extends ZeroPadding {
  static override readonly className: string = 'ZeroPadding2D';

  constructor(padding: Edges = 1, options?: LayerOptions) {
    super(2, padding, options);
  }
  static fromConfig(config: Config, registry: Registry): ZeroPadding2D {
    const { padding, ...options } = read(fields, config, registry);
    return new ZeroPadding2D(padding, options);
  }
}

/** [n, depth, height, width, c] with zeros all around. */
export class ZeroPadding3D extends ZeroPadding {
  static override readonly className: string = 'ZeroPadding3D';

  constructor(padding: Edges = 1, options?: LayerOptions) {
    super(3, padding, options);
  }
  static fromConfig(config: Config, registry: Registry): ZeroPadding3D {
    const { padding, ...options } = read(fields, config, registry);
    return new ZeroPadding3D(padding, options);
  }
}
