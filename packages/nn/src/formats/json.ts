import { FormatError } from '@gradus/tensor';

/** A number as it is spelled in the text: the reader decides what `4.0` or a very large integer means to it. */
export class JsonNumber {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  /** The number, if it is spelled as an unsigned integer that a JavaScript number holds exactly. */
  unsigned(): number | undefined {
    const value = Number(this.text);
    return /^\d+$/.test(this.text) && Number.isSafeInteger(value) ? value : undefined;
  }
}

/** A JSON value whose objects are maps: any key is a plain key, `__proto__` too. */
export type StrictJson = null | boolean | string | JsonNumber | readonly StrictJson[] | ReadonlyMap<string, StrictJson>;

/** Deeper nesting than any real header has; a file must not overflow the stack of its reader. */
const maxDepth = 64;

/**
 * Parses JSON of unknown origin where `JSON.parse` is too lenient: it keeps how numbers are spelled, refuses a key that comes twice in one object
 * (two readers could then see two different files) and lone surrogates, and limits the depth.
 */
export function parseStrictJson(text: string): StrictJson {
  const parser = new Parser(text);
  const value = parser.value(0);
  parser.end();
  return value;
}

const [quote, backslash] = [0x22, 0x5c];

class Parser {
  private readonly text: string;
  private at = 0;

  constructor(text: string) {
    this.text = text;
  }

  value(depth: number): StrictJson {
    if (depth > maxDepth) throw this.fault(`nested deeper than ${maxDepth}`);
    this.space();
    const start = this.text[this.at];
    if (start === '{') return this.object(depth);
    if (start === '[') return this.array(depth);
    if (start === '"') return this.string();
    return this.literal();
  }

  end(): void {
    this.space();
    if (this.at < this.text.length) throw this.fault('unexpected text after the value');
  }

  private object(depth: number): ReadonlyMap<string, StrictJson> {
    const members = new Map<string, StrictJson>();
    this.list('}', () => {
      if (this.text[this.at] !== '"') throw this.fault('expected a key');
      const key = this.string();
      if (members.has(key)) throw this.fault(`the key ${JSON.stringify(key)} comes twice`);
      this.space();
      if (this.text[this.at++] !== ':') throw this.fault('expected ":"');
      members.set(key, this.value(depth + 1));
    });
    return members;
  }

  private array(depth: number): readonly StrictJson[] {
    const items: StrictJson[] = [];
    this.list(']', () => items.push(this.value(depth + 1)));
    return items;
  }

  /** What stands between brackets, separated by commas; `item` reads one. */
  private list(close: string, item: () => void): void {
    this.at++;
    this.space();
    if (this.text[this.at] === close) {
      this.at++;
      return;
    }
    for (;;) {
      this.space();
      item();
      this.space();
      const next = this.text[this.at++];
      if (next === close) return;
      if (next !== ',') throw this.fault(`expected "," or "${close}"`);
    }
  }

  private string(): string {
    const start = this.at++;
    for (let code = this.code(); code !== quote; code = this.code()) {
      if (!(code >= 0x20)) throw this.fault('a string that is not closed, or a character that must be escaped');
      this.at += code === backslash ? 2 : 1;
    }
    this.at++;
    const value = this.unescaped(this.text.slice(start, this.at));
    if (/\p{Surrogate}/u.test(value)) throw this.fault('half of a surrogate pair');
    return value;
  }

  private unescaped(quoted: string): string {
    if (!quoted.includes('\\')) return quoted.slice(1, -1);
    try {
      return String(JSON.parse(quoted));
    } catch {
      throw this.fault('an escape that JSON does not have');
    }
  }

  /** The code of the next character; NaN, which no comparison holds for, past the end. */
  private code(): number {
    return this.text.charCodeAt(this.at);
  }

  private literal(): StrictJson {
    const word = this.match(/true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y);
    if (word === undefined) throw this.fault('expected a value');
    if (word === 'null') return null;
    return word === 'true' || word === 'false' ? word === 'true' : new JsonNumber(word);
  }

  private match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0];
    this.at += found?.length ?? 0;
    return found;
  }

  private space(): void {
    while (' \n\r\t'.includes(this.text[this.at] ?? '-')) this.at++;
  }

  private fault(what: string): FormatError {
    return new FormatError(`JSON: ${what}, at character ${this.at}`);
  }
}
