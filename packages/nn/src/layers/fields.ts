/** The options that every layer takes, as fields of its configuration. */
import { flag, listOf, nullable, number, text } from '../config.js';
import { regularizerField } from '../regularizers.js';
import type { Field, Fields } from '../config.js';
import type { LayerOptions } from '../layer.js';
import type { Regularizer } from '../regularizers.js';
import { regularizer } from '../regularizers.js';

const penalty: Field<Regularizer> = {
  write: (value) => regularizerField.write(value),
  read(json, where, registry) {
    const found = regularizer(regularizerField.read(json, where, registry));
    if (found) return found;
    throw new TypeError(`${where}: expected a regularizer`);
  },
};

export const layerFields: Fields<LayerOptions> = {
  name: text,
  trainable: flag,
  inputShape: listOf(nullable(number)),
  activityRegularizer: penalty,
};
