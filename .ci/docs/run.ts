/** Documents whose blocks are one program: runs it, and tells what each block prints. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { blocksOf } from './blocks.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const onSources = ['--import', 'tsx', '--conditions=@gradus/source', '--input-type=module'];

/** What stands between the output of two blocks. */
const border = '\u001e';

/** What the TypeScript blocks of `text`, run one after the other in a process of their own, print: under 'block-1', 'block-2' ..., where it is anything. */
export function outputsOf(text: string): Readonly<Record<string, string>> {
  const program = blocksOf(text).join(`\nconsole.log(${JSON.stringify(border)});\n`);
  const { outputText } = ts.transpileModule(program, { compilerOptions: { target: ts.ScriptTarget.ES2023, module: ts.ModuleKind.ESNext } });
  const { status, stdout, stderr } = spawnSync(process.execPath, [...onSources, '-e', outputText], { cwd: root, encoding: 'utf8' });
  if (status !== 0) throw new Error(`the blocks of the document fail:\n${stderr}`);
  const printed = stdout.split(`${border}\n`).map((part) => part.trimEnd());
  return Object.fromEntries(printed.flatMap((part, i) => (part === '' ? [] : [[`block-${i + 1}`, part]])));
}
