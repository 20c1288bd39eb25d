import { checkGradients } from '@gradus/autograd/testing';
import { valueAndGrad } from '@gradus/autograd';
import { jit, key, mul, tensor, uniform } from '@gradus/tensor';
import { expect, test } from 'vitest';
import { apply } from '../../src/apply.js';
import { isTensor } from '../../src/masks.js';
import { layerFrom, registryOf } from '../../src/registry.js';
import { builtInLayers, Conv2D, Dense, Flatten } from '../../src/layers/index.js';
import { affine } from '../../src/layers/augmentation/resample.js';
import { resize } from '../../src/layers/augmentation/resize.js';
import { CenterCrop } from '../../src/layers/augmentation/center-crop.js';
import { RandomBrightness } from '../../src/layers/augmentation/random-brightness.js';
import { RandomContrast } from '../../src/layers/augmentation/random-contrast.js';
import { RandomCrop } from '../../src/layers/augmentation/random-crop.js';
import { RandomFlip } from '../../src/layers/augmentation/random-flip.js';
import { RandomRotation } from '../../src/layers/augmentation/random-rotation.js';
import { RandomTranslation } from '../../src/layers/augmentation/random-translation.js';
import { RandomZoom } from '../../src/layers/augmentation/random-zoom.js';
import { Resizing } from '../../src/layers/augmentation/resizing.js';
import { SGD } from '../../src/optimizers/sgd.js';
import { Sequential } from '../../src/sequential.js';
import { expectClose, fixture, layerOf } from './fixture.js';
import type { Tensor } from '@gradus/tensor';
import type { Layer } from '../../src/layer.js';
import type { LayerCase } from './fixture.js';

const { layers } = fixture<{ readonly layers: readonly (LayerCase & { readonly dtype: string })[] }>('keras-augmentation.json');

for (const [i, { layer: className, config, inputs, inputDtype, expected, dtype }] of layers.entries()) {
  test(`${className} gives what Keras gives: ${JSON.stringify(config).replaceAll('"', '')} (${i})`, () => {
    const y = apply(layerOf(className, config), tensor(inputs, inputDtype), { training: true });
    expectClose(y, expected, className === 'Resizing' || className === 'RandomCrop' ? 5e-6 : 2e-5);
    if (className === 'Resizing') expect(isTensor(y) && y.dtype).toBe(dtype);
  });
}

const pixels = uniform(key(1), [6, 9, 8, 2]).mul(256).cast('uint8');

/** One of each that draws, with the same numbers each time it is made. */
const random: Readonly<Record<string, (seed?: number) => Layer>> = {
  RandomTranslation: (seed = 1) => new RandomTranslation(0.3, [0, 0.2], { seed }),
  'RandomTranslation with constants': (seed = 1) => new RandomTranslation(0.3, 0.2, { seed, fillMode: 'constant', fillValue: 7 }),
  RandomRotation: (seed = 1) => new RandomRotation(0.2, { seed, fillMode: 'nearest' }),
  RandomZoom: (seed = 1) => new RandomZoom(0.3, { widthFactor: [-0.3, 0], seed, interpolation: 'nearest', fillMode: 'wrap' }),
  RandomFlip: (seed = 1) => new RandomFlip('horizontal', { seed }),
  RandomBrightness: (seed = 1) => new RandomBrightness(0.4, { seed }),
  RandomContrast: (seed = 1) => new RandomContrast([0.5, 1], { seed }),
  RandomCrop: (seed = 1) => new RandomCrop(3, 4, { seed }),
};

for (const [name, make] of Object.entries(random)) {
  test(`${name} draws anew at each call, the same numbers under the same seed, others under another`, () => {
    const [a, b, other] = [make(), make(), make(2)].map((layer) =>
      [0, 1, 2, 3].map(() => Array.from(layer.apply(pixels, { training: true }).data('float32'))),
    );
    expect(a).toEqual(b);
    expect(a?.[0]).not.toEqual(a?.[1]);
    expect(a).not.toEqual(other);
  });

  test(`${name} is compiled to kernels, of bytes too, and gives what it gives eagerly`, () => {
    const [layer, twin] = [make(), make()];
    twin.apply(pixels, { training: false }); // makes the counter
    const compiled = jit((x: Tensor) => twin.apply(x, { training: true }));
    for (let call = 0; call < 3; call++) {
      const expected = layer.apply(pixels, { training: true });
      expectClose(compiled(pixels), expected.toArray(4), 1e-4);
    }
    expect(compiled.explain()).toContain(' 0 on reference kernels');
  });

  test(`${name} leaves images alone outside of training, as floats, and changes them in a call that says nothing`, () => {
    const layer = make();
    const same = layer.apply(pixels, { training: false });
    expect(same.dtype).toBe('float32');
    expect(same.toArray(4)).toEqual(pixels.toArray(4));
    expect(layer.apply(pixels).data()).not.toEqual(same.data());
  });
}

test('predictions are made without augmentation, and one image alone may be augmented', () => {
  const model = new Sequential([new RandomRotation(0.5), new RandomTranslation(0.5, 0.5)], { inputShape: [9, 8, 2] });
  expect(model.predict(pixels).toArray(4)).toEqual(pixels.toArray(4));
  const [one] = pixels.split(6);
  const alone = new RandomFlip('vertical', { seed: 3 }).apply(pixels.slice(0));
  expect(alone.shape).toEqual([9, 8, 2]);
  expect(one?.shape).toEqual([1, 9, 8, 2]);
});

test('a flip is the whole image or its mirror image, each in turn, and two axes flip together', () => {
  const image = tensor([
    [[1], [2]],
    [[3], [4]],
  ]); // [2, 2, 1]
  const x = mul(image, tensor(new Array<number>(40).fill(1)).reshape([40, 1, 1, 1]));
  const seen = (layer: Layer): readonly string[] =>
    [...new Set(layer.apply(x, { training: true }).reshape([40, 4]).toArray(2).map(String))].toSorted(); // prettier-ignore
  expect(seen(new RandomFlip('horizontal'))).toEqual(['1,2,3,4', '2,1,4,3']);
  expect(seen(new RandomFlip('vertical'))).toEqual(['1,2,3,4', '3,4,1,2']);
  expect(seen(new RandomFlip())).toEqual(['1,2,3,4', '4,3,2,1']);
});

test('each image is moved by its own distance, within the range', () => {
  // The column number as the pixel: what is read says how far the image moved.
  const ramp = tensor(Array.from({ length: 21 }, (_, j) => j)).reshape([1, 1, 21, 1]).broadcastTo([50, 1, 21, 1]); // prettier-ignore
  const read = new RandomTranslation(0, [0.1, 0.3]).apply(ramp, { training: true });
  const moved = read.slice(':', 0, 10, 0).data('float32').map((from) => 10 - from); // prettier-ignore
  expect(Math.min(...moved)).toBeGreaterThan(0.1 * 21 - 1e-4);
  expect(Math.max(...moved)).toBeLessThan(0.3 * 21 + 1e-4);
  expect(new Set(moved).size).toBe(50);
});

test('contrast is the distance from the mean of a channel times one factor an image, within the range, cut at the ends', () => {
  const x = uniform(key(4), [30, 4, 5, 1], { min: 60, max: 200 });
  const y = new RandomContrast([0.5, 1]).apply(x, { training: true });
  const rows = [x, y].map((images) => images.reshape([30, 20]).toArray(2));
  const factors = (rows[0] ?? []).map((before, n) => {
    const after = rows[1]?.[n] ?? [];
    const mean = before.reduce((a, b) => a + b, 0) / 20;
    const inner = before.findIndex((value, i) => Math.abs(value - mean) > 5 && (after[i] ?? 0) > 0 && (after[i] ?? 0) < 255);
    const c = ((after[inner] ?? 0) - mean) / ((before[inner] ?? 0) - mean);
    for (const [i, value] of before.entries()) {
      expect(after[i]).toBeCloseTo(Math.min(Math.max((value - mean) * c + mean, 0), 255), 2);
    }
    return c;
  });
  expect(Math.min(...factors)).toBeGreaterThan(0.499);
  expect(Math.max(...factors)).toBeLessThan(2.001);
  expect(Math.max(...factors) - Math.min(...factors)).toBeGreaterThan(0.7);
});

test('a crop is a window of the images, at the same place in all of them, and every place has its turn', () => {
  const x = tensor(Float32Array.from({ length: 2 * 4 * 5 }, (_, i) => i)).reshape([2, 4, 5, 1]);
  const layer = new RandomCrop(3, 3);
  const starts = new Set<number>();
  for (let call = 0; call < 60; call++) {
    const y = layer.apply(x, { training: true });
    const start = y.at(0, 0, 0, 0);
    starts.add(start);
    const window = (n: number): readonly number[] => [0, 1, 2].flatMap((i) => [0, 1, 2].map((j) => 20 * n + start + 5 * i + j));
    expect([...y.data('float32')]).toEqual([...window(0), ...window(1)]);
  }
  expect([...starts].toSorted((a, b) => a - b)).toEqual([0, 1, 2, 5, 6, 7]);
});

test('derivatives reach the pixels and the map', () => {
  const x = uniform(key(2), [2, 4, 5, 2]);
  const parameters = uniform(key(3), [2, 6, 1, 1, 1], { min: 0.13, max: 0.21 });
  for (const fillMode of ['reflect', 'constant'] as const) {
    const warp = (images: Tensor, p: Tensor): Tensor => {
      const [a0, a1, a2, b0, b1, b2] = p.split(6, 1).map((part) => part.squeeze([1]));
      const or = (part: Tensor | undefined): Tensor => part ?? p;
      return affine(images, { a: [or(a0).add(0.73), or(a1), or(a2)], b: [or(b0).neg(), or(b1).add(0.81), or(b2)] }, { fillMode });
    };
    checkGradients(warp, [x, parameters], { step: 1e-5, tolerance: 1e-5 });
  }
  for (const interpolation of ['bilinear', 'bicubic', 'nearest'] as const)
    checkGradients((images: Tensor) => resize(images, [3, 7], { interpolation }), [x]);
});

test('a training step that augments bytes runs on kernels alone', () => {
  const model = new Sequential(
    [
      new RandomTranslation(0.1, 0.1, { inputShape: [9, 8, 2] }),
      new RandomRotation(0.05),
      new RandomZoom(0.1),
      new RandomFlip('horizontal'),
      new Conv2D(3, 3),
      // Behind weights, so that derivatives go back through the pixels.
      new RandomTranslation(0.1, 0.1, { fillMode: 'constant' }),
      new Flatten(),
      new Dense(1),
    ],
    { seed: 1 },
  );
  const sgd = new SGD({ learningRate: 1e-9 });
  const step = jit((x: Tensor) => {
    const [loss, gradients] = valueAndGrad(() => model.apply(x, { training: true }).square().mean(), { wrt: model.trainableVariables })();
    sgd.apply(gradients, model.trainableVariables);
    return loss;
  });
  expect(step(pixels).item()).not.toBe(step(pixels).item());
  expect(step.explain()).toContain(' 0 on reference kernels');
});

test('layers of images are written and read with all their options', () => {
  const registry = registryOf(builtInLayers);
  for (const layer of [
    new RandomZoom([-0.2, 0.1], { widthFactor: 0.3, fillMode: 'wrap', interpolation: 'nearest', fillValue: 2, seed: 4, name: 'z' }),
    new RandomContrast([0.2, 0.1], { valueRange: [0, 1] }),
    new CenterCrop(2, 3),
    new Resizing(2, 3, { padToAspectRatio: true, interpolation: 'lanczos3', antialias: true }),
    ...Object.values(random).map((make) => make(8)),
  ]) {
    const config = layer.toConfig();
    expect(layerFrom({ className: layer.className, config: JSON.parse(JSON.stringify(config)) }, registry).toConfig()).toEqual(config);
  }
});

test('options that mean nothing are refused by name', () => {
  expect(() => new RandomTranslation(1.5, 0)).toThrowErrorMatchingInlineSnapshot(
    `[ArgumentError: heightFactor: expected a number from -1 to 1, or two of them, found 1.5]`,
  );
  expect(() => new RandomZoom(-1)).toThrow('heightFactor: expected more than -1, found -1');
  expect(() => new RandomContrast([-0.5, 0.5])).toThrow('factor: expected a number from 0 to 1, or two of them, found [-0.5,0.5]');
  expect(() => new RandomBrightness(0.1, { valueRange: [1, 0] })).toThrow('RandomBrightness: valueRange must go upwards, found [1,0]');
  expect(() => new CenterCrop(0, 3)).toThrow('CenterCrop: height must be a whole number of at least 1, found 0');
  expect(() => new Resizing(2, 2, { cropToAspectRatio: true, padToAspectRatio: true })).toThrow('exclude each other');
  expect(() => new RandomFlip().apply(tensor([[1]]))).toThrow(
    'RandomFlip: expected x [n, height, width, channels] or [height, width, channels], found [1, 1]',
  );
});
