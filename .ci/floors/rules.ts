import ts from 'typescript';
import { cyclesIn } from './cycles.js';
import { importsOf, joined, parse, resolve, type Import } from './imports.js';
import { floors, isSource, placeOf, type Tree } from './tree.js';

/** The rules that architecture rests on; each returns one line for each fault: `file:line: what is wrong`. */
export function faultsOf(tree: Tree): string[] {
  const modules = [...tree.keys()].filter((path) => path.endsWith('.ts'));
  const parsed = new Map(modules.map((path) => [path, parse(path, tree.get(path) ?? '')]));
  const imports = new Map([...parsed].map(([path, source]) => [path, importsOf(source)]));
  const perImport = [...imports].flatMap(([path, list]) =>
    list.flatMap((one) =>
      [floorFault, pathFault, nodeFault, npmFault].flatMap((rule) => {
        const fault = rule(path, one, tree);
        return fault === undefined ? [] : [`${path}:${one.line}: ${fault}`];
      }),
    ),
  );
  const effects = [...parsed].filter(([path]) => isSource(path)).flatMap(([, source]) => effectFaults(source));
  return [...perImport, ...cycleFaults(tree, imports), ...effects];
}

type ImportRule = (path: string, one: Import, tree: Tree) => string | undefined;

/** A package imports only the packages below it. */
const floorFault: ImportRule = (path, { specifier }) => {
  const [scope, target = ''] = specifier.split('/');
  const place = placeOf(path);
  if (scope !== '@gradus' || place === undefined) return undefined;
  if (height(target) < 0) return `there is no package @gradus/${target}`;
  if (target === place.floor && place.part === 'src') return `a package does not import itself by name (${specifier})`;
  return height(target) > height(place.floor) ? `${place.floor} stands below ${target} and must not import ${specifier}` : undefined;
};

const height = (floor: string): number => floors.findIndex((name) => name === floor);

/** Another package is imported by its name, never by a path into it. */
const pathFault: ImportRule = (path, { specifier }) => {
  if (!specifier.startsWith('.')) return undefined;
  const [mine, other] = [placeOf(path)?.floor, placeOf(joined(path, specifier))?.floor];
  return other !== undefined && other !== mine
    ? `reaches into the package ${other} by a path (${specifier}); import @gradus/${other}`
    : undefined;
};

/** What only Node has stands in a platform folder, which bundlers for the browser replace. */
const nodeFault: ImportRule = (path, { specifier, kind }) => {
  const inPlatform = placeOf(path)?.inside.startsWith('platform/') ?? false;
  return isSource(path) && kind !== 'type' && isNode(specifier) && !inPlatform
    ? `imports ${specifier} outside a platform/ folder`
    : undefined;
};

const isNode = (specifier: string): boolean => specifier.startsWith('node:');

/** At run time nothing depends on an npm package, except an optional peer: loaded lazily, or in the testing entry (fast-check). */
const npmFault: ImportRule = (path, { specifier, kind }, tree) => {
  const place = placeOf(path);
  if (place === undefined || !isSource(path) || kind === 'type' || /^[.#]|^node:|^@gradus\//.test(specifier)) return undefined;
  const name = specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
  const isPeer = optionalPeers(tree.get(`packages/${place.floor}/package.json`) ?? '{}').includes(name);
  const isApart = kind === 'lazy' || place.inside.startsWith('testing');
  return isPeer && isApart
    ? undefined
    : `imports the npm package ${name}, which is no optional peer that is loaded only where it is asked for`;
};

function optionalPeers(manifest: string): string[] {
  const { peerDependenciesMeta = {} }: { peerDependenciesMeta?: Record<string, { optional?: boolean }> } = JSON.parse(manifest);
  return Object.keys(peerDependenciesMeta).filter((name) => peerDependenciesMeta[name]?.optional === true);
}

/** Modules of the packages do not load one another in a circle. Types do (they are erased), and so may what is loaded lazily. */
function cycleFaults(tree: Tree, imports: ReadonlyMap<string, readonly Import[]>): string[] {
  const loads = new Map(
    [...imports]
      .filter(([path]) => isSource(path))
      .map(([path, list]) => [
        path,
        list.filter(({ kind }) => kind === 'value').flatMap(({ specifier }) => resolve(tree, path, specifier)),
      ]),
  );
  return cyclesIn(loads).map((cycle) => `${cycle[0]}:1: modules load one another in a circle: ${cycle.join(' -> ')}`);
}

/** Importing has no effects: a module declares, and does nothing else. */
function effectFaults(source: ts.SourceFile): string[] {
  return source.statements
    .filter((statement) => !declares(statement))
    .map((statement) => {
      const { line } = source.getLineAndCharacterOfPosition(statement.getStart());
      return `${source.fileName}:${line + 1}: does something when it is imported (${statement.getText().slice(0, 40).replaceAll('\n', ' ')})`;
    });
}

const declares = (statement: ts.Statement): boolean =>
  ts.isImportDeclaration(statement) ||
  ts.isExportDeclaration(statement) ||
  ts.isVariableStatement(statement) ||
  ts.isFunctionDeclaration(statement) ||
  ts.isClassDeclaration(statement) ||
  ts.isInterfaceDeclaration(statement) ||
  ts.isTypeAliasDeclaration(statement);

/** Files that grew past the length of one concept: told, not forbidden. */
export function longFiles(tree: Tree, limit = 300): string[] {
  return [...tree]
    .filter(([path]) => path.endsWith('.ts') && !path.endsWith('-data.ts'))
    .map(([path, text]) => ({ path, lines: text.split('\n').length - 1 }))
    .filter(({ lines }) => lines > limit)
    .sort((a, b) => b.lines - a.lines)
    .map(({ path, lines }) => `${path}: ${lines} lines (more than ${limit}: perhaps two concepts)`);
}
