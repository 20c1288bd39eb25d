/** Files that Keras wrote, what it was asked, and what it answered. */
import { readFileSync } from 'node:fs';
import { fromData, Tensor } from '@gradus/tensor';
import { expect } from 'vitest';
import { isTensor } from '../../src/masks.js';
import { mapLeaves } from '../../src/trees.js';
import type { Loaded, Trees } from '../../src/load.js';

/** A tensor as the script wrote it down. */
interface Listed {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

function isListed(value: unknown): value is Listed {
  return typeof value === 'object' && value !== null && 'data' in value;
}

export type Name = 'small' | 'images' | 'text' | 'augmented';
export const names: readonly Name[] = ['small', 'images', 'text', 'augmented'];

/** The formats of whole models that Keras wrote this one in. */
export function formatsOf(name: Name): readonly ('keras' | 'h5')[] {
  return name === 'augmented' ? ['keras'] : ['keras', 'h5'];
}

interface Asked {
  readonly x: unknown;
  readonly y: unknown;
}

const predictions: Readonly<Record<Name, Asked>> = JSON.parse(fileOf('predictions.json').toString());

/** The bytes of a file beside these tests. */
export function fileOf(name: string): Buffer {
  return readFileSync(new URL(`../fixtures/keras/${name}`, import.meta.url));
}

/** What the model of this name was asked. */
export function inputsOf(name: Name): Trees {
  const x = tensors(predictions[name].x);
  if (isTrees(x)) return x;
  throw new TypeError('expected tensors');
}

function isTrees(value: unknown): value is Trees {
  return typeof value === 'object' && value !== null;
}

function tensors(tree: unknown): unknown {
  return mapLeaves(tree, isListed, ({ dtype, shape, data }) => {
    return fromData(dtype === 'int32' ? Int32Array.from(data) : Float32Array.from(data), shape);
  });
}

/** Checks that the model answers as Keras did, within 1e-5. */
export function expectAnswers(model: Loaded, name: Name): void {
  const found = model.predict(inputsOf(name));
  let outputs = 0;
  mapLeaves(
    tensors(predictions[name].y),
    isTensor,
    (expected, [output], where) => {
      outputs += 1;
      if (!(output instanceof Tensor)) throw new TypeError(`no output ${where}`);
      expect(output.shape, where).toEqual(expected.shape);
      expect(largest(output.sub(expected)), where).toBeLessThan(1e-5);
    },
    [found],
  );
  expect(outputs).toBe(name === 'text' ? 2 : 1);
}

function largest(x: Tensor): number {
  return x.abs().max().item();
}
