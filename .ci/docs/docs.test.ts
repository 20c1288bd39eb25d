import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { modulesIn } from './blocks.js';
import { faultsOf } from './check.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const textOf = (...lines: string[]): string => lines.join('\n');

describe('the blocks of a document', () => {
  test('keep their lines, go on until one imports, and are TypeScript only', () => {
    const text = textOf(
      '# X',
      '```ts',
      "import 'a';",
      '```',
      'and',
      '```sh',
      'ls',
      '```',
      ' ```ts',
      ' b();',
      ' ```',
      '```ts',
      "import 'c';",
      '```',
    );
    const first = textOf('', '', "import 'a';", '', '', '', '', '', '', ' b();');
    const second = textOf(...new Array<string>(12).fill(''), "import 'c';");
    expect(modulesIn({ path: 'x.md', text })).toEqual([first, second]);
  });
});

describe('the code in documents compiles', () => {
  test('a fault is found, with its line', () => {
    const wrong = textOf(
      '```ts',
      "import { tensor } from '@gradus/tensor';",
      '```',
      'text',
      '```ts',
      'const n: string = tensor(1).rank;',
      '```',
    );
    const gone = textOf('```ts', "import { nothing } from '@gradus/train';", '```');
    const broken = textOf('```ts', 'f(', '```');
    const faults = faultsOf([{ path: 'docs/a.md', text: wrong }, { path: 'docs/b.md', text: gone }, { path: 'docs/c.md', text: broken }], root); // prettier-ignore
    expect(faults).toEqual([
      "docs/a.md:6: Type 'number' is not assignable to type 'string'.",
      "docs/b.md:2: Module '\"@gradus/train\"' has no exported member 'nothing'.",
      "docs/c.md:2: ')' expected.",
      expect.stringContaining("docs/c.md:2: Cannot find name 'f'"),
    ]);
  });

  test('in all of them', () => {
    const docs = readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.md'));
    const readmes = readdirSync(join(root, 'packages')).map((name) => `packages/${name}/README.md`).filter((path) => existsSync(join(root, path))); // prettier-ignore
    const paths = ['README.md', ...docs.map((name) => `docs/${name}`), ...readmes];
    expect(paths.length).toBeGreaterThan(5);
    expect(faultsOf(paths.map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') })), root)).toEqual([]); // prettier-ignore
  });
});
