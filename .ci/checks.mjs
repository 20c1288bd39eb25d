// What the check scripts share: each check is one line, `ok`, `FAIL` or `skip`, and .ci/ci.mjs counts these lines.
let [passed, failed] = [0, 0];

/** Runs one check, tells how it went, and goes on whatever happened. What `work` returns is a remark. */
export async function check(name, work) {
  try {
    const note = await work();
    passed++;
    console.log(`ok    ${name}${note === undefined ? '' : ` (${note})`}`);
  } catch (error) {
    failed++;
    console.log(`FAIL  ${name}\n${indented(error.stdout === undefined ? String(error.stack ?? error) : `${error.stdout}${error.stderr}`)}`);
  }
}

// A line of an error must not look like a check.
const indented = (text) => text.replaceAll(/^/gm, '      ');

/** Says what cannot be checked here. */
export function skip(name, why) {
  console.log(`skip  ${name}: ${why}`);
}

/** A check's fault that needs no stack. */
export function fail(message) {
  throw Object.assign(new Error(message), { stack: message });
}

/** The closing line; leaves the process with 0 where nothing failed. */
export function finish(what) {
  console.log(failed > 0 ? `${what}: ${failed} of ${passed + failed} checks failed` : `${what}: ${passed} checks`);
  process.exit(failed > 0 ? 1 : 0);
}
