/** What engines have beyond the standard library's types. */

interface CanCapture {
  stackTraceLimit: number;
  captureStackTrace(target: object): void;
}

function canCapture(constructor: object): constructor is CanCapture {
  return 'captureStackTrace' in constructor;
}

/** Transforms stand on one another: the user's own line is often further up than the ten frames that engines keep. */
const frames = 40;

/** Fills `target.stack` where the engine can: V8, JavaScriptCore and recent SpiderMonkey. */
export function captureStack(target: { stack?: string }): void {
  const constructor: object = Error;
  if (!canCapture(constructor)) {
    target.stack = new Error().stack ?? '';
    return;
  }
  const usual = constructor.stackTraceLimit;
  constructor.stackTraceLimit = frames;
  constructor.captureStackTrace(target);
  constructor.stackTraceLimit = usual;
}
