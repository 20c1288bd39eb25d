import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { stages } from './compiler/stages.js';
import { withOutputs } from './outputs.js';

describe('the outputs in documents', () => {
  test('stand under their names; other blocks are left alone', () => {
    const document = '<!-- output: a -->\n\n```text\nold\n```\n\n```text\nmine\n```\n';
    expect(withOutputs(document, { a: '$1\n  new', b: '' })).toEqual({
      text: '<!-- output: a -->\n\n```text\n$1\n  new\n```\n\n```text\nmine\n```\n',
      left: ['b'],
    });
    expect(() => withOutputs(document, {})).toThrow('no output is called a');
  });

  test('of the compiler are what it prints (`npm run docs` brings the page up to date)', () => {
    const page = readFileSync(new URL('../../docs/essays/compiler.md', import.meta.url), 'utf8').replaceAll('\r\n', '\n');
    const { text, left } = withOutputs(page, stages());
    expect(page).toBe(text);
    expect(left).toEqual([]);
  });
});
