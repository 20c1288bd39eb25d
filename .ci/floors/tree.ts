import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A source tree: the text of each file by its path from the root of the project, with forward slashes. Tests make small ones by hand. */
export type Tree = ReadonlyMap<string, string>;

/** The floors, lowest first. A package imports only packages before it in this list. */
export const floors = ['tensor', 'autograd', 'nn', 'train'] as const;

/** Where a file of a package stands; undefined for files outside the packages (examples, docs, bench). */
export interface Place {
  /** The package's name without its scope. */
  readonly floor: string;
  /** `src`, `test`, ... */
  readonly part: string;
  /** The path from there on. */
  readonly inside: string;
}

export function placeOf(path: string): Place | undefined {
  const [packages, floor = '', part = '', ...rest] = path.split('/');
  return packages === 'packages' && rest.length > 0 ? { floor, part, inside: rest.join('/') } : undefined;
}

export const isSource = (path: string): boolean => placeOf(path)?.part === 'src' && path.endsWith('.ts');

/** Reads the packages, the examples and whatever else uses the packages. */
export function readTree(root: string): Tree {
  const tree = new Map<string, string>();
  const visit = (folder: string): void => {
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
      const path = `${folder}/${entry.name}`;
      if (entry.isDirectory() && !['node_modules', 'dist', 'fixtures'].includes(entry.name)) visit(path);
      if (entry.isFile() && (entry.name.endsWith('.ts') || entry.name === 'package.json'))
        tree.set(path, readFileSync(join(root, path), 'utf8'));
    }
  };
  const present = new Set(readdirSync(root));
  for (const folder of ['packages', 'examples', 'bench', 'docs']) if (present.has(folder)) visit(folder);
  return tree;
}
