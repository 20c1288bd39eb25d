/** What can go wrong, by kind; every message names the operation and the shapes. */
import { captureStack } from './globals.js';

/** Shapes that do not fit each other or the operation. */
export class ShapeError extends Error {
  override readonly name: string = 'ShapeError';
}

/** An element type that an operation does not take. */
export class DTypeError extends TypeError {
  override readonly name: string = 'DTypeError';
}

/** An argument that is out of its range. */
export class ArgumentError extends RangeError {
  override readonly name: string = 'ArgumentError';
}

/** A tensor used where it has no meaning: outside its trace, or where numbers are needed but there are none yet. */
export class TraceError extends Error {
  override readonly name: string = 'TraceError';
}

/** A file or a buffer that is not what it claims to be. */
export class FormatError extends Error {
  override readonly name: string = 'FormatError';
}

/** Where the user's code stood when it was called; formatted only when somebody reads it. */
export interface CallSite {
  readonly line: string;
}

class Captured implements CallSite {
  stack?: string;

  get line(): string {
    const frames = (this.stack ?? '').split('\n').slice(1);
    const own = frames.find((frame) => !/[\\/](@gradus|packages)[\\/](tensor|autograd|nn|train)[\\/](src|dist)[\\/]/.test(frame));
    return own ? own.trim().replace(/^at (.*\((.*)\)|)/, (_, call: string, place: string) => (call ? place : '')) : 'an unknown line';
  }
}

/** Remembers the line of the caller outside Gradus: 5 to 12 us, so only while tracing. */
export function callSite(): CallSite {
  const site = new Captured();
  captureStack(site);
  return site;
}
