/** Errors that Gradus throws by intention, and those that only the runner knows. */
import { Missing } from './classes.js';
import { Mismatch } from './values.js';

const names = ['ArgumentError', 'ShapeError', 'DTypeError', 'FormatError', 'TraceError', 'NotFiniteError', 'TypeError'];

/** Whether an error is one of ours. */
export function isTyped(error: unknown): boolean {
  return error instanceof Error && names.includes(error.name) && !(error instanceof Mismatch) && !(error instanceof Missing);
}
