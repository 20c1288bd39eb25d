/** Models as TensorBoard draws them: Keras' description, as far as its graph dashboard reads it. */
import { layersUnder, Model, Sequential, Symbolic } from '@gradus/nn';
import type { AnyLayer } from '@gradus/nn';

interface Described {
  readonly class_name: string;
  readonly config: Readonly<Record<string, unknown>> & { readonly name: string };
  /** Missing where a layer simply takes what the one before it makes. */
  readonly inbound_nodes?: readonly unknown[];
}

/** Which result of which layer: its name, the number of its call, the number of the result. */
type Origin = readonly [string, 0, number];

/** JSON of the layers and of what flows between them; undefined for a model whose layers are called by code. */
export function graphOf(model: AnyLayer): string | undefined {
  return model instanceof Sequential || model instanceof Model
    ? JSON.stringify(described(model, model.name ?? rootName(model)))
    : undefined;
}

const rootName = (model: AnyLayer): string => (model instanceof Sequential ? 'sequential' : 'functional');

function described(layer: AnyLayer, name: string): Described {
  if (layer instanceof Sequential) {
    const names = namesIn(layer);
    const layers = layer.layers.map((one) => described(one, names(one)));
    return { class_name: 'Sequential', config: { name, layers } };
  }
  return layer instanceof Model ? functional(layer, name) : { class_name: layer.className, config: { name } };
}

function functional(model: Model<unknown, unknown>, name: string): Described {
  const { inputs, outputs, calls } = model.network;
  const names = namesIn(model);
  const origins = new Map<Symbolic, Origin>();
  const given = symbolsIn(inputs).map((symbol, i): Described => {
    const own = symbol.name ?? (i === 0 ? 'input_layer' : `input_layer_${i}`);
    origins.set(symbol, [own, 0, 0]);
    return { class_name: 'InputLayer', config: { name: own, dtype: symbol.dtype }, inbound_nodes: [] };
  });
  for (const call of calls) {
    for (const [i, symbol] of symbolsIn(call.outputs).entries()) origins.set(symbol, [names(call.layer), 0, i]);
  }
  const from = (tree: unknown): Origin[] =>
    symbolsIn(tree)
      .map((symbol) => origins.get(symbol))
      .filter((origin) => origin !== undefined);
  const nodes = (layer: AnyLayer): unknown[] =>
    calls.filter((call) => call.layer === layer).map((call) => ({ args: [from(call.inputs).map(argument)], kwargs: {} }));
  const layers = model.layers.map((layer) => ({ ...described(layer, names(layer)), inbound_nodes: nodes(layer) }));
  const ends = { input_layers: from(inputs), output_layers: from(outputs) };
  return { class_name: 'Functional', config: { name, layers: [...given, ...layers], ...ends } };
}

const argument = (origin: Origin): unknown => ({ class_name: '__keras_tensor__', config: { keras_history: origin } });

/** The names of the layers of a model, as in the paths of its weights. */
function namesIn(model: AnyLayer): (layer: AnyLayer) => string {
  const names = new Map(layersUnder(model).map(({ path, layer }) => [layer, path]));
  return (layer) => names.get(layer) ?? '';
}

function symbolsIn(tree: unknown): Symbolic[] {
  if (tree instanceof Symbolic) return [tree];
  return typeof tree === 'object' && tree !== null ? Object.values(tree).flatMap(symbolsIn) : [];
}
