import ts from 'typescript';
import { placeOf, type Tree } from './tree.js';

/**
 * How one module names another.
 * - `value`: loaded before the module runs. With `verbatimModuleSyntax` that includes `import { type A } from 'a'`, which leaves `import {} from 'a'`.
 * - `type`: erased. - `lazy`: `import('a')`, loaded when it is asked for.
 */
export interface Import {
  readonly specifier: string;
  readonly kind: 'value' | 'type' | 'lazy';
  readonly line: number;
}

export function parse(path: string, text: string): ts.SourceFile {
  return ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
}

/** Every import, re-export, `import()` and `import('a').B` type of a module. */
export function importsOf(source: ts.SourceFile): Import[] {
  const imports: Import[] = [];
  const add = (specifier: ts.Node | undefined, kind: Import['kind']): void => {
    if (specifier === undefined || !ts.isStringLiteralLike(specifier)) return;
    imports.push({ specifier: specifier.text, kind, line: source.getLineAndCharacterOfPosition(specifier.getStart()).line + 1 });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) add(node.moduleSpecifier, isErased(node) ? 'type' : 'value');
    if (ts.isExportDeclaration(node)) add(node.moduleSpecifier, node.isTypeOnly ? 'type' : 'value');
    if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) add(node.argument.literal, 'type');
    if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) add(node.arguments[0], 'lazy');
    ts.forEachChild(node, visit);
  };
  visit(source);
  return imports;
}

const isErased = (node: ts.ImportDeclaration): boolean => node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword;

/** The files of the tree that a specifier may load: none for an npm or a Node module, several where the platform decides. */
export function resolve(tree: Tree, from: string, specifier: string): string[] {
  if (specifier === '#platform') {
    const floor = placeOf(from)?.floor ?? '';
    return ['node', 'browser'].map((name) => `packages/${floor}/src/platform/${name}.ts`).filter((path) => tree.has(path));
  }
  const [scope, floor, entry = 'index'] = specifier.split('/');
  if (scope === '@gradus') return [`packages/${floor}/src/${entry}.ts`].filter((path) => tree.has(path));
  if (!specifier.startsWith('.')) return [];
  return [joined(from, specifier)].filter((path) => tree.has(path));
}

/** The path from the root that a relative specifier means; `./a.js` is the emitted name of `./a.ts`. */
export function joined(from: string, specifier: string): string {
  const steps = from.split('/').slice(0, -1);
  for (const step of specifier.split('/')) {
    if (step === '..') steps.pop();
    else if (step !== '.') steps.push(step);
  }
  return steps.join('/').replace(/\.js$/, '.ts');
}
