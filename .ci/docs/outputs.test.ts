import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { withOutputs } from './outputs.js';
import { pages } from './pages.js';
import { outputsOf } from './run.js';

describe('the outputs in documents', () => {
  test('stand under their names; other blocks are left alone', () => {
    const document = '<!-- output: a -->\n\n```text\nold\n```\n\n```text\nmine\n```\n';
    expect(withOutputs(document, { a: '$1\n  new', b: '' })).toEqual({
      text: '<!-- output: a -->\n\n```text\n$1\n  new\n```\n\n```text\nmine\n```\n',
      left: ['b'],
    });
    expect(() => withOutputs(document, {})).toThrow('no output is called a');
  });

  for (const [name, outputs] of Object.entries(pages)) {
    test(`in ${name} are what runs and prints (\`npm run docs\` brings the page up to date)`, () => {
      const page = readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8').replaceAll('\r\n', '\n');
      const { text, left } = withOutputs(page, outputs(page));
      expect(page).toBe(text);
      expect(left).toEqual([]);
    });
  }

  test('of a program that fails are an error that says why', () => {
    expect(() => outputsOf("```ts\nthrow new Error('no');\n```")).toThrow(/the blocks of the document fail:[^]*Error: no/);
  });
});
