/** Outputs that stand in documents: a block under `<!-- output: name -->` shows the text of that name. */

const marked = /(<!-- output: (\S+) -->\n+```\w*\n)(?:[^]*?\n)??```/g;

/** The document with what its marked blocks should show, and names that no block shows. */
export function withOutputs(
  document: string,
  outputs: Readonly<Record<string, string>>,
): { readonly text: string; readonly left: string[] } {
  const left = new Set(Object.keys(outputs));
  const text = document.replaceAll(marked, (_, head: string, name: string) => {
    const output = outputs[name];
    if (output === undefined) throw new Error(`no output is called ${name}`);
    left.delete(name);
    return `${head}${output}\n\`\`\``;
  });
  return { text, left: [...left] };
}
