import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

/** The classes of a folder that extend `base`, each with its doc, and the head of its file. */
function classesOf(folder: string, base: string): readonly (readonly [name: string, doc: string, head: string])[] {
  const path = new URL(`../src/${folder}/`, import.meta.url);
  return readdirSync(path).flatMap((file) => {
    const text = readFileSync(new URL(file, path), 'utf8');
    const [head = ''] = /^\/\*\*[^]*?\*\//.exec(text) ?? [];
    const found = text.matchAll(new RegExp(`(/\\*\\*(?:(?!\\*/)[^])*\\*/)\\nexport class (\\w+) extends ${base} `, 'g'));
    return [...found].map(([, doc = '', name = '']) => [name, doc, head] as const);
  });
}

const all = [...classesOf('losses', 'Loss'), ...classesOf('optimizers', 'Optimizer')];

test.each(all)('%s says what it computes, and who thought of it', (_, doc, head) => {
  expect(doc).toMatch(/<-|\b(?:sum|mean|log|max|softplus)\b|alpha\[|\^/);
  expect(doc + head).toMatch(/\b(?:17|18|19|20)\d\d\b|as Keras defines/);
});

test('all losses and optimizers are looked at', () => {
  const text = ['losses', 'optimizers'].map(
    (folder) =>
    readdirSync(new URL(`../src/${folder}/`, import.meta.url)).map((file) => readFileSync(new URL(`../src/${folder}/${file}`, import.meta.url), 'utf8')).join(), // prettier-ignore
  );
  expect(all.length).toBe(text.join().match(/^export class \w+ extends (?:Loss|Optimizer) /gm)?.length);
  expect(all.length).toBeGreaterThan(25);
});
