import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { faultsOf, longFiles } from './rules.js';
import { readTree } from './tree.js';

const faults = (files: Record<string, string>): string[] => faultsOf(new Map(Object.entries(files)));
const A = 'packages/tensor/src/a.ts';
const B = 'packages/tensor/src/b.ts';

test('the packages keep to their floors', () => {
  const tree = readTree(fileURLToPath(new URL('../..', import.meta.url)));
  const long = longFiles(tree);
  if (long.length > 0) console.log(long.join('\n'));
  expect(faultsOf(tree)).toEqual([]);
});

test('a floor may import the floors below it', () => {
  expect(
    faults({ 'packages/nn/src/a.ts': `import { grad } from '@gradus/autograd';\nimport { x } from '@gradus/tensor/extend';` }),
  ).toEqual([]);
});

test.each([
  ['by a value import', `import { Trainer } from '@gradus/train';`],
  ['by a type import', `import type { Trainer } from '@gradus/train';`],
  ['by a re-export', `export * from '@gradus/train';`],
  ['lazily', `const load = () => import('@gradus/train');`],
  ['in a type', `type T = import('@gradus/train').Trainer;`],
])('a floor above must not be imported %s', (_, text) => {
  expect(faults({ 'packages/nn/src/a.ts': text })).toEqual([
    expect.stringContaining('nn stands below train and must not import @gradus/train'),
  ]);
});

test('tests keep to the floors too', () => {
  expect(faults({ 'packages/tensor/test/a.test.ts': `import { grad } from '@gradus/autograd';` })).toHaveLength(1);
  expect(faults({ 'packages/tensor/test/a.test.ts': `import { tensor } from '@gradus/tensor';` })).toEqual([]);
});

test('a package that does not exist is named', () => {
  expect(faults({ 'packages/nn/src/a.ts': `import { x } from '@gradus/tenzor';` })[0]).toBe(
    'packages/nn/src/a.ts:1: there is no package @gradus/tenzor',
  );
});

test('another package must not be reached by a path', () => {
  const [fault] = faults({ 'packages/nn/src/layers/a.ts': `\nimport { x } from '../../../tensor/src/x.js';` });
  expect(fault).toBe(
    'packages/nn/src/layers/a.ts:2: reaches into the package tensor by a path (../../../tensor/src/x.js); import @gradus/tensor',
  );
  expect(faults({ 'examples/01-a.ts': `import { x } from '../packages/tensor/src/x.js';` })).toHaveLength(1);
  expect(faults({ 'packages/nn/test/a.test.ts': `import { x } from '../src/x.js';` })).toEqual([]);
});

test('a cycle of value imports is shown as the path around it', () => {
  const cycle = faults({
    [A]: `import { b } from './b.js';`,
    [B]: `export { c } from './c.ts';`,
    'packages/tensor/src/c.ts': `import './a.js';`,
  });
  expect(cycle).toEqual([expect.stringContaining(`${A} -> ${B} -> packages/tensor/src/c.ts -> ${A}`)]);
});

test('a type import closes no cycle, a type among values does', () => {
  expect(faults({ [A]: `import { b } from './b.js';`, [B]: `import type { A } from './a.js';` })).toEqual([]);
  expect(faults({ [A]: `import { b } from './b.js';`, [B]: `export type { A } from './a.js';` })).toEqual([]);
  expect(faults({ [A]: `import { b } from './b.js';`, [B]: `const a = () => import('./a.js');` })).toEqual([]);
  expect(faults({ [A]: `import { b } from './b.js';`, [B]: `import { type A } from './a.js';` })).toHaveLength(1);
});

test('a cycle through the platform file is found', () => {
  const platform = { 'packages/nn/src/platform/node.ts': `import { a } from '../a.js';`, 'packages/nn/src/platform/browser.ts': '' };
  expect(faults({ 'packages/nn/src/a.ts': `import { read } from '#platform';`, ...platform })).toHaveLength(1);
});

test('two files that share an import form no cycle', () => {
  expect(faults({ [A]: `import './c.js'; import './b.js';`, [B]: `import './c.js';`, 'packages/tensor/src/c.ts': '' })).toEqual([]);
});

test('node: stands in platform folders only', () => {
  const text = `import { readFile } from 'node:fs/promises';`;
  expect(faults({ 'packages/nn/src/files.ts': text })[0]).toContain('imports node:fs/promises outside a platform/ folder');
  expect(faults({ 'packages/nn/src/files.ts': `const fs = () => import('node:fs');` })).toHaveLength(1);
  expect(faults({ 'packages/nn/src/platform/node.ts': text, 'packages/nn/test/a.test.ts': text, 'examples/01-a.ts': text })).toEqual([]);
});

test('an npm package is imported only as an optional peer, where it is asked for', () => {
  const manifest = {
    'packages/nn/package.json': '{ "peerDependenciesMeta": { "h5wasm": { "optional": true }, "fast-check": { "optional": true } } }',
  };
  expect(faults({ ...manifest, 'packages/nn/src/a.ts': `import h5 from 'h5wasm';` })[0]).toContain('imports the npm package h5wasm');
  expect(faults({ 'packages/nn/src/a.ts': `const h5 = () => import('h5wasm/node');` })).toHaveLength(1);
  expect(faults({ ...manifest, 'packages/nn/src/a.ts': `const h5 = () => import('h5wasm/node');` })).toEqual([]);
  expect(faults({ ...manifest, 'packages/nn/src/testing.ts': `import fc from 'fast-check';` })).toEqual([]);
});

test.each([`console.log('loaded');`, `if (1 > 0) { f(); }`, `Tensor.prototype.add = f;`])('importing has no effects: %s', (text) => {
  expect(faults({ [A]: text })[0]).toContain('does something when it is imported');
});

test('long files are told', () => {
  const tree = new Map([[A, 'x\n'.repeat(301)], [B, 'x\n'.repeat(300)]]); // prettier-ignore
  expect(longFiles(tree)).toEqual([`${A}: 301 lines (more than 300: perhaps two concepts)`]);
});
