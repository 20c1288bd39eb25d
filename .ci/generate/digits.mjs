// Makes packages/train/src/datasets/digits-data.ts: node .ci/generate/digits.mjs digits.csv.gz
// The input: a line for each image, 64 pixels from 0 to 16 and the digit, separated by commas.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { root } from '../install.mjs';

const grey = '.ABCDEFGHIJKLMNOP';
const lines = gunzipSync(readFileSync(process.argv[2])).toString().trim().split('\n');
const rows = lines.map((line) => {
  const values = line.split(',').map(Number);
  const [pixels, [digit]] = [values.slice(0, 64), values.slice(64)];
  if (values.length !== 65 || !pixels.every((v) => grey[v] !== undefined) || !(digit >= 0 && digit <= 9)) throw new Error(line);
  return pixels.map((v) => grey[v]).join('') + digit;
});

const head = `// Made by .ci/generate/digits.mjs; do not edit. One image a line: its 64 pixels row by row, "." for 0 and "A" to "P" for 1 to 16, and then the digit.
// Optical Recognition of Handwritten Digits, E. Alpaydin and C. Kaynak (1998), UCI Machine Learning Repository, CC BY 4.0.
`;
const file = `${head}export const digitsData: string = \`\n${rows.join('\n')}\n\`;\n`;
writeFileSync(join(root, 'packages/train/src/datasets/digits-data.ts'), file);
console.log(`${rows.length} images, ${file.length} bytes`);
