/** Which classes a file may name. It is given, never global, and nothing outside it is ever constructed. */
import { FormatError } from '@gradus/tensor';
import type { AnyLayer } from './any-layer.js';
import type { Config, Saved } from './config.js';

/** A layer class that can be read back. */
export interface LayerClass {
  readonly className: string;
  fromConfig(config: Config, registry: Registry): AnyLayer;
}

export interface Registry {
  /** @throws FormatError where the class is unknown */
  get(className: string): LayerClass;
}

/** The classes in `lists`, by their class names. */
export function registryOf(...lists: readonly (readonly LayerClass[])[]): Registry {
  const classes = new Map(lists.flat().map((layerClass) => [layerClass.className, layerClass]));
  return {
    get(className) {
      const found = classes.get(className);
      if (found) return found;
      throw new FormatError(`unknown class ${className}: pass it in the registry`);
    },
  };
}

/** The layer that `saved` describes. */
export function layerFrom(saved: Saved, registry: Registry): AnyLayer {
  return registry.get(saved.className).fromConfig(saved.config, registry);
}
