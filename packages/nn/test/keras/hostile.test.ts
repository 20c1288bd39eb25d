/** Files that somebody else made: whatever stands in them, reading ends soon, with a model or with a FormatError. */
import { FormatError } from '@gradus/tensor';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { writeZip, ZipReader } from '../../src/formats/zip.js';
import { modelFromKeras, weightsFromKeras } from '../../src/load.js';
import { expectAnswers, fileOf } from './fixture.js';
import type { Json } from '../../src/config.js';
import type { Loaded } from '../../src/load.js';

const files = ['small.h5', 'small.keras', 'small.weights.h5'] as const;
type File = (typeof files)[number];

/** The model in a file; the weights of one that holds nothing else are put into a model that is there. */
async function read(file: File, bytes: Uint8Array): Promise<Loaded> {
  if (file !== 'small.weights.h5') return modelFromKeras(bytes);
  const model = await other;
  await weightsFromKeras(model, bytes);
  return model;
}

const other = modelFromKeras(fileOf('small.h5'));

/** The model in the bytes, or undefined where they were refused as they should be. */
async function readOrRefused(file: File, bytes: Uint8Array): Promise<Loaded | undefined> {
  try {
    return await read(file, bytes);
  } catch (error) {
    if (error instanceof FormatError) return undefined;
    throw error;
  }
}

describe.each(files)('%s', (file) => {
  const whole = fileOf(file);

  test('cut off anywhere it is refused, or nothing is missing', async () => {
    let refused = 0;
    for (let length = 0; length < whole.length; length++) {
      const model = await readOrRefused(file, whole.subarray(0, length));
      if (model) expectAnswers(model, 'small');
      else refused += 1;
    }
    expect(refused).toBe(whole.length);
  });

  test('with a bit turned anywhere it is refused, or read', async () => {
    let [refused, changed] = [0, 0];
    const flip = fc.record({ at: fc.nat(whole.length - 1), bit: fc.nat(7) });
    await fc.assert(
      fc.asyncProperty(flip, async ({ at, bit }) => {
        const bytes = Uint8Array.from(whole);
        bytes[at] = (bytes[at] ?? 0) ^ (1 << bit);
        const model = await readOrRefused(file, bytes);
        if (!model) refused += 1;
        else if (!(await answers(model))) changed += 1;
      }),
      { seed: 5, numRuns: 3000 },
    );
    expect(refused).toBeGreaterThan(20);
    // An archive has checksums; a bare HDF5 file has none of its numbers, twelve bytes here.
    expect(changed).toBeLessThanOrEqual(file === 'small.keras' ? 0 : 20);
  });

  test('with bytes of any kind in it, it is refused or read', async () => {
    const change = fc.array(fc.record({ at: fc.nat(whole.length - 1), byte: fc.constantFrom(0, 1, 8, 0x10, 0x7f, 0x80, 0xff) }), {
      minLength: 1,
      maxLength: 8,
    });
    await fc.assert(
      fc.asyncProperty(change, async (changes) => {
        const bytes = Uint8Array.from(whole);
        for (const { at, byte } of changes) bytes[at] = byte;
        await readOrRefused(file, bytes);
      }),
      { seed: 6, numRuns: 2000 },
    );
  });
});

test.each(['images', 'text'] as const)('with a bit turned in the description of %s it is refused, or read', async (name) => {
  const whole = fileOf(`${name}.h5`);
  const begin = whole.indexOf('{"class_name');
  await fc.assert(
    fc.asyncProperty(fc.nat(whole.indexOf('\0', begin) - begin - 1), fc.nat(6), async (at, bit) => {
      const bytes = Uint8Array.from(whole);
      bytes[begin + at] = (bytes[begin + at] ?? 0) ^ (1 << bit);
      await readOrRefused('small.h5', bytes);
    }),
    { seed: 7, numRuns: 300 },
  );
});

async function answers(model: Loaded): Promise<boolean> {
  const good = await modelFromKeras(fileOf('small.h5'));
  return String(model.weights.map((weight) => weight.value)) === String(good.weights.map((weight) => weight.value));
}

/** `small.keras` with another description. */
async function described(change: (config: Description) => Json): Promise<Uint8Array> {
  const archive = new ZipReader(fileOf('small.keras'));
  const [config, weights] = [await archive.read('config.json', 1e6), await archive.read('model.weights.h5', 1e6)];
  const changed = change(JSON.parse(new TextDecoder().decode(config)));
  const text = typeof changed === 'string' ? changed : JSON.stringify(changed);
  return writeZip(new Map([['config.json', new TextEncoder().encode(text)], ['model.weights.h5', weights ?? new Uint8Array(0)]])); // prettier-ignore
}

/** What `small` is described by, as far as it is changed here. */
interface Description {
  readonly [key: string]: Json;
  readonly config: {
    readonly layers: readonly { readonly [key: string]: Json; readonly config: { readonly [key: string]: Json } }[];
    readonly [key: string]: Json;
  };
}

/** The description with another layer in place of its Dense. */
const withLayer = (layer: Json): ((whole: Description) => Json) => {
  return (whole) => ({ ...whole, config: { ...whole.config, layers: [whole.config.layers[0] ?? null, layer] } });
};
/** The description with other options of its Dense. */
const withOptions = (options: { readonly [key: string]: Json }): ((whole: Description) => Json) => {
  return (whole) => withLayer({ ...whole.config.layers[1], config: { ...whole.config.layers[1]?.config, ...options } })(whole);
};

const lambda = {
  module: 'keras.layers',
  class_name: 'Lambda',
  registered_name: null,
  config: { name: 'l', function: { class_name: '__lambda__', config: { code: '4wE=' } } },
};
const foreign = { module: 'os', class_name: 'Dense', registered_name: null, config: { name: 'only', units: 1 } };
const registered = { module: null, class_name: 'Dense', registered_name: 'mine>Dense', config: { name: 'only', units: 1 } };
const nested = (depth: number): string =>
  `${'{"class_name":"Sequential","config":{"name":"n","layers":['.repeat(depth)}${']}}'.repeat(depth)}`;

test.each<readonly [string, (whole: Description) => Json, string]>([
  ['no JSON', () => '{"class_name"', 'model: '],
  ['a list', () => [], 'expected { class_name, config }'],
  ['a layer of code', withLayer(lambda), 'unknown class Lambda: pass it in the registry'],
  ['a class of another module', withLayer(foreign), 'only: unknown class Dense: pass it in the registry'],
  ['a class that somebody registered', withLayer(registered), 'only: unknown class Dense: pass it in the registry'],
  ['a name of every object', withLayer({ class_name: 'constructor', config: {} }), 'unknown class constructor'],
  ['a prototype', withLayer({ class_name: '__proto__', config: {} }), 'unknown class __proto__'],
  [
    'options with a prototype',
    () => '{"class_name":"Sequential","config":{"name":"s","layers":[{"class_name":"Dense","config":{"__proto__":{"units":1}}}]}}',
    '_proto_: unknown option',
  ],
  ['an unknown option', withOptions({ kernel_oddity: 1 }), 'kernelOddity: unknown option'],
  ['units that are no number', withOptions({ units: 'many' }), 'units: expected a number, found "many"'],
  [
    'half precision',
    withOptions({ dtype: { class_name: 'DTypePolicy', config: { name: 'mixed_float16' } } }),
    'only: dtype: Gradus has no {"class_name":"DTypePolicy"',
  ],
  ['an activation of code', withOptions({ activation: { class_name: 'function', config: {} } }), 'activation: expected the name of one'],
  ['models in models in models', () => nested(100), 'model: nested deeper than 64'],
  [
    'a hundred thousand layers',
    (whole) => ({ ...whole, config: { ...whole.config, layers: new Array<Json>(100_000).fill(null) } }),
    'model: more than 10000 layers',
  ],
  [
    'more units than the file has numbers for',
    withOptions({ units: 1e9 }),
    'weights: only/kernel has shape [2, 1000000000], in the file [2, 1]',
  ],
  ['a layer alone', () => ({ class_name: 'Dense', config: { units: 1 } }), 'model: expected a Sequential or a Model, found a Dense'],
])('%s is refused', async (_, change, message) => {
  const reading = modelFromKeras(await described(change));
  await expect(reading).rejects.toThrow(FormatError);
  await expect(reading).rejects.toThrow(message);
});

const tensor = (...history: readonly Json[]): Json => ({ class_name: '__keras_tensor__', config: { keras_history: history } });
const entry = { class_name: 'InputLayer', name: 'x', config: { batch_shape: [null, 2], name: 'x' }, inbound_nodes: [] };
const dense = (name: string, ...args: readonly Json[]): { readonly [key: string]: Json } => ({
  class_name: 'Dense',
  name,
  config: { name, units: 1 },
  inbound_nodes: [{ args, kwargs: {} }],
});

/** A functional model of these layers. */
const graph = (layers: readonly Json[], output: Json = ['a', 0, 0]): (() => Json) => {
  return () => ({
    class_name: 'Functional',
    config: { name: 'f', layers: [entry, ...layers], input_layers: [['x', 0, 0]], output_layers: [output] },
  });
};

test.each<readonly [string, () => Json, string]>([
  ['layers in a circle', graph([dense('a', tensor('b', 0, 0)), dense('b', tensor('a', 0, 0))]), 'f: nothing makes use 0 of a'],
  ['an output of nothing', graph([dense('a', tensor('x', 0, 0))], ['b', 0, 0]), 'f: nothing makes use 0 of b'],
  ['a use that is not there', graph([dense('a', tensor('x', 0, 0))], ['a', 7, 0]), 'f: nothing makes use 7 of a'],
  ['a result that is not there', graph([dense('a', tensor('x', 0, 0))], ['a', 0, 3]), 'there is no result 3 of a call 0'],
  ['two layers of one name', graph([dense('a', tensor('x', 0, 0)), dense('a', tensor('x', 0, 0))]), 'f: two layers have one name'],
  ['a call with a number', graph([dense('a', 7)]), 'a: is called with 7: Gradus reads tensors only'],
  ['a call without arguments', graph([dense('a')]), 'a: is called with null'],
  ['a call with two tensors', graph([dense('a', tensor('x', 0, 0), tensor('x', 0, 0))]), 'a: is called with argument 2'],
  [
    'training in a call',
    graph([{ ...dense('a'), inbound_nodes: [{ args: [tensor('x', 0, 0)], kwargs: { training: true } }] }]),
    'a: is called with training = true',
  ],
  [
    'a mask of its own',
    graph([{ ...dense('a'), inbound_nodes: [{ args: [tensor('x', 0, 0)], kwargs: { mask: tensor('x', 0, 0) } }] }]),
    'a: is called with a mask of its own',
  ],
  [
    'an operation',
    graph([{ ...dense('a', tensor('x', 0, 0)), module: 'keras.src.ops.numpy', class_name: 'Exp' }]),
    'a: the operation Exp stands between layers',
  ],
  [
    'a comparison that is no mask',
    graph([{ ...dense('m', tensor('x', 0, 0), 0), class_name: 'NotEqual' }, dense('a', tensor('x', 0, 0))]),
    'm: an operation between layers',
  ],
  [
    'an input of texts',
    graph([{ ...entry, name: 's', config: { batch_shape: [null, 1], dtype: 'string', name: 's' } }]),
    's: dtype: Gradus has no "string"',
  ],
  ['nodes that are no list', graph([{ ...dense('a'), inbound_nodes: 3 }]), 'a: inbound_nodes: expected a list'],
])('%s is refused', async (_, change, message) => {
  const reading = modelFromKeras(await described(change));
  await expect(reading).rejects.toThrow(FormatError);
  await expect(reading).rejects.toThrow(message);
});

test('a long row of layers, told from its end, takes a moment only', async () => {
  const layers = Array.from({ length: 3000 }, (__, i) => dense(`d${i}`, i === 2999 ? tensor('x', 0, 0) : tensor(`d${i + 1}`, 0, 0)));
  await expect(modelFromKeras(await described(graph([...layers, dense('a', tensor('zz', 0, 0))])))).rejects.toThrow(
    'nothing makes use 0 of a',
  );
});

test('an archive that unpacks to far more than it is, is not unpacked', async () => {
  const archive = writeZip(new Map([['config.json', new TextEncoder().encode('{}')], ['model.weights.h5', new Uint8Array(8)]])); // prettier-ignore
  // The directory claims 200 MB for a member of a few bytes.
  const view = new DataView(archive.buffer);
  const end = archive.length - 22;
  const directory = view.getUint32(end + 16, true);
  view.setUint32(directory + 24, 200_000_000, true);
  view.setUint16(directory + 10, 8, true);
  await expect(modelFromKeras(archive)).rejects.toThrow('ZIP: config.json would take 200000000 bytes');
});

test('other files are no files of Keras', async () => {
  for (const bytes of [new Uint8Array(0), new TextEncoder().encode('{}')]) {
    await expect(modelFromKeras(bytes)).rejects.toThrow('the file is neither HDF5 (.h5) nor an archive (.keras)');
  }
  await expect(modelFromKeras(writeZip(new Map([['a', new Uint8Array(3)]])))).rejects.toThrow('the archive has no config.json');
});

test('weights that do not fit are listed, and nothing changes', async () => {
  const model = await modelFromKeras(fileOf('images.keras'));
  const before = String(model.weights.map((weight) => weight.value));
  await expect(weightsFromKeras(model, fileOf('small.weights.h5'))).rejects.toThrow(
    /^weights: conv2d\/kernel is missing; .*dense\/kernel has shape .*, in the file \[2, 1\]/,
  );
  await expect(weightsFromKeras(model, fileOf('small.h5'))).rejects.toThrow('weights: the file has 1 layers with weights, the model has 6');
  expect(String(model.weights.map((weight) => weight.value))).toBe(before);
});
