/** The TypeScript in a document: its ```ts blocks, each line where it stands there. */

export interface Document {
  readonly path: string;
  readonly text: string;
}

const fence = /^( *)```(\S*)/;

/**
 * The modules that a document's blocks make up. A block that imports begins a new one, the others go on with the one
 * before. Lines keep their numbers: all that is not code is blank.
 */
export function modulesIn({ text }: Document): string[] {
  const modules: string[][] = [];
  const lines = text.split('\n');
  for (const { from, to } of blocksIn(lines)) {
    const code = lines.slice(from, to);
    const last = modules.at(-1);
    if (last && !code.some((line) => /^\s*import\b/.test(line))) last.push(...blank(from - last.length), ...code);
    else modules.push([...blank(from), ...code]);
  }
  return modules.map((module) => module.join('\n'));
}

/** The code of each block. */
export function blocksOf(text: string): string[] {
  const lines = text.split('\n');
  return blocksIn(lines).map(({ from, to }) => lines.slice(from, to).join('\n'));
}

/** Where the code of each block stands, its fences not included. */
function blocksIn(lines: readonly string[]): { readonly from: number; readonly to: number }[] {
  const blocks: { from: number; to: number }[] = [];
  let open: { readonly language: string; readonly from: number } | undefined;
  for (const [i, line] of lines.entries()) {
    const [, , language] = fence.exec(line) ?? [];
    if (language === undefined) continue;
    if (open?.language === 'ts') blocks.push({ from: open.from, to: i });
    open = open ? undefined : { language, from: i + 1 };
  }
  return blocks;
}

function blank(n: number): string[] {
  return new Array<string>(n).fill('');
}
