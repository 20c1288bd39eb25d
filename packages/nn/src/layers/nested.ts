/** Layers inside the configuration of others. */
import { FormatError } from '@gradus/tensor';
import { isList, savedOf } from '../config.js';
import { layerFrom } from '../registry.js';
import type { AnyLayer } from '../any-layer.js';
import type { Field } from '../config.js';

export const layerField: Field<AnyLayer> = {
  write: (layer) => ({ className: layer.className, config: layer.toConfig() }),
  read: (json, where, registry) => layerFrom(savedOf(json, where), registry),
};

export const layersField: Field<readonly AnyLayer[]> = {
  write: (layers) => layers.map((layer) => layerField.write(layer)),
  read(json, where, registry) {
    if (!isList(json)) throw new FormatError(`${where}: expected a list of layers`);
    return json.map((saved, i) => layerField.read(saved, `${where}[${i}]`, registry));
  },
};
