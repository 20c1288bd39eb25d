/** What engines have beyond the standard library's types. */

interface CanCapture {
  captureStackTrace(target: object): void;
}

function canCapture(constructor: object): constructor is CanCapture {
  return 'captureStackTrace' in constructor;
}

/** Fills `target.stack` where the engine can: V8, JavaScriptCore and recent SpiderMonkey. */
export function captureStack(target: { stack?: string }): void {
  const constructor: object = Error;
  if (canCapture(constructor)) constructor.captureStackTrace(target);
  else target.stack = new Error().stack ?? '';
}
