/** Whether the code of documents compiles against the packages' sources. */
import { join } from 'node:path';
import ts from 'typescript';
import { modulesIn, type Document } from './blocks.js';

/** One line for each fault: `file:line: what is wrong`. */
export function faultsOf(documents: readonly Document[], root: string): string[] {
  // Each module is a file beside its document, which exists only for the compiler.
  const files = new Map(
    documents.flatMap((document) =>
      modulesIn(document).map((text, i) => [join(root, `${document.path}.${i}.ts`).replaceAll('\\', '/'), { text, path: document.path }]),
    ),
  );
  const settings = settingsOf(root);
  const program = ts.createProgram([...files.keys()], settings, hostWith(files, settings));
  return [...files].flatMap(([file, { path }]) => {
    const source = program.getSourceFile(file);
    const diagnostics = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
    return diagnostics.map(({ start = 0, messageText }) => {
      const line = (source?.getLineAndCharacterOfPosition(start).line ?? 0) + 1;
      return `${path}:${line}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`;
    });
  });
}

/** The project's own flags, but for those about emitting, and about what an example leaves unused. */
function settingsOf(root: string): ts.CompilerOptions {
  const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent({ ...Object(config), references: [] }, ts.sys, root);
  return { ...options, noEmit: true, composite: false, isolatedDeclarations: false, noUnusedLocals: false, noUnusedParameters: false };
}

function hostWith(files: ReadonlyMap<string, { readonly text: string }>, settings: ts.CompilerOptions): ts.CompilerHost {
  const host = ts.createCompilerHost(settings);
  const { fileExists, readFile } = host;
  return {
    ...host,
    fileExists: (path) => files.has(path) || fileExists(path),
    readFile: (path) => files.get(path)?.text ?? readFile(path),
    getSourceFile: (path, target) => {
      const text = files.get(path)?.text ?? readFile(path);
      return text === undefined ? undefined : ts.createSourceFile(path, text, target);
    },
  };
}
