// npm run conformance -- FILE.json [--json OUT] [--floor]: replays the cases of a file through the public API. Passed and failed by area, each failure
// with its reason, the total last. The exit code is 1 if any case failed; with --floor, only if one failed for another reason than that Gradus does not
// have what it asks for.
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { casesOf } from './json.js';
import { replay } from './replay.js';
import { report } from './report.js';
import type { Result } from './replay.js';

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { json: { type: 'string' }, floor: { type: 'boolean', default: false }, only: { type: 'string', default: '' } },
});
const [file] = positionals;

if (file === undefined || positionals.length > 1) {
  console.error('usage: npm run conformance -- FILE.json [--json OUT] [--floor] [--only TEXT]');
  process.exitCode = 2;
} else {
  const results: Result[] = [];
  for (const c of casesOf(readFileSync(file, 'utf8'))) if (c.id.includes(values.only)) results.push(await replay(c));
  for (const line of report(results)) console.log(line);
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(results, null, 2)}\n`);
  const failures = results.filter(({ passed, missing = false }) => !passed && !(values.floor && missing));
  process.exitCode = failures.length > 0 ? 1 : 0;
}
