/** Functions given as text, `lr(epoch, lr) = lr if epoch < 2 else lr * 0.5`: Python's arithmetic, read by a parser; nothing is run as code. */

export type Values = Readonly<Record<string, number>>;
type Node = (values: Values) => number;

/** A function of named numbers. */
export interface TextFunction {
  readonly parameters: readonly string[];
  readonly body: Node;
}

const functions: Readonly<Record<string, (...numbers: number[]) => number>> = {
  abs: Math.abs,
  cos: Math.cos,
  exp: Math.exp,
  float: (x = NaN) => x,
  float32: Math.fround,
  floor: Math.floor,
  int: Math.trunc,
  log: Math.log,
  max: Math.max,
  min: Math.min,
  pow: Math.pow,
  round: (x = NaN, digits = 0) => Math.round(x * 10 ** digits) / 10 ** digits,
  sin: Math.sin,
  sqrt: Math.sqrt,
};

const comparisons: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
  '==': (a, b) => a === b,
  '!=': (a, b) => a !== b,
};

const binaries: readonly Readonly<Record<string, (a: number, b: number) => number>>[] = [
  { '+': (a, b) => a + b, '-': (a, b) => a - b },
  { '*': (a, b) => a * b, '/': (a, b) => a / b, '//': (a, b) => Math.floor(a / b), '%': (a, b) => a - b * Math.floor(a / b) },
];

const constants: Values = { pi: Math.PI, e: Math.E, True: 1, False: 0, inf: Infinity, nan: NaN };

/** `name(a, b) = expression` or `lambda a, b: expression`. */
export function parseFunction(text: string): TextFunction {
  const match = /^\s*(?:def\s+)?\w+\(([\w\s,]*)\)\s*(?:=|:\s*return|->|:)\s*(.*)$|^\s*lambda\s+([\w\s,]*):(.*)$/s.exec(text);
  if (!match) throw new SyntaxError(`cannot read the function '${text}'`);
  const [, a, b, c, d] = match;
  const parameters = (a ?? c ?? '').split(',').map((name) => name.trim());
  return { parameters, body: new Parser(b ?? d ?? '').whole() };
}

class Parser {
  private readonly tokens: readonly string[];
  private at: number = 0;

  constructor(text: string) {
    this.tokens = text.match(/(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?|[A-Za-z_][\w.]*|\*\*|\/\/|<=|>=|==|!=|\S/g) ?? [];
  }

  whole(): Node {
    const node = this.choice();
    if (this.at < this.tokens.length) throw this.wrong();
    return node;
  }

  /** a if condition else b */
  private choice(): Node {
    const then = this.any();
    if (!this.take('if')) return then;
    const condition = this.any();
    this.need('else');
    const otherwise = this.choice();
    return (values) => (condition(values) !== 0 ? then(values) : otherwise(values));
  }

  private any(): Node {
    let node = this.all();
    while (this.take('or')) {
      const [a, b] = [node, this.all()];
      node = (values) => a(values) || b(values);
    }
    return node;
  }

  private all(): Node {
    let node = this.comparison();
    while (this.take('and')) {
      const [a, b] = [node, this.comparison()];
      node = (values) => a(values) && b(values);
    }
    return node;
  }

  private comparison(): Node {
    if (this.take('not')) {
      const a = this.comparison();
      return (values) => Number(a(values) === 0);
    }
    const a = this.binary(0);
    const compare = comparisons[this.tokens[this.at] ?? ''];
    if (!compare) return a;
    this.at += 1;
    const b = this.binary(0);
    return (values) => Number(compare(a(values), b(values)));
  }

  private binary(level: number): Node {
    const table = binaries[level];
    if (!table) return this.unary();
    let node = this.binary(level + 1);
    for (let f = table[this.tokens[this.at] ?? '']; f; f = table[this.tokens[this.at] ?? '']) {
      this.at += 1;
      const [a, b, apply] = [node, this.binary(level + 1), f];
      node = (values) => apply(a(values), b(values));
    }
    return node;
  }

  private unary(): Node {
    if (this.take('-')) {
      const a = this.unary();
      return (values) => -a(values);
    }
    const base = this.atom();
    if (!this.take('**')) return base;
    const power = this.unary();
    return (values) => base(values) ** power(values);
  }

  private atom(): Node {
    const token = this.tokens[this.at] ?? '';
    this.at += 1;
    if (token === '(') {
      const inside = this.choice();
      this.need(')');
      return inside;
    }
    if (token === '[') return this.indexed(this.list(']'));
    if (/^[\d.]/.test(token)) return () => Number(token);
    const name = token.replace(/^.*\./, '');
    if (!/^[A-Za-z_]/.test(name)) throw this.wrong();
    if (this.take('(')) return called(name, this.list(')'));
    return (values) => {
      const value = values[name] ?? constants[name];
      if (value === undefined) throw new SyntaxError(`unknown name ${name}`);
      return value;
    };
  }

  /** [a, b, c][i] */
  private indexed(items: readonly Node[]): Node {
    this.need('[');
    const index = this.choice();
    this.need(']');
    return (values) => items.at(index(values))?.(values) ?? NaN;
  }

  private list(end: string): readonly Node[] {
    const items: Node[] = [];
    while (!this.take(end)) {
      items.push(this.choice());
      if (this.tokens[this.at] !== end) this.need(',');
    }
    return items;
  }

  private take(token: string): boolean {
    if (this.tokens[this.at] !== token) return false;
    this.at += 1;
    return true;
  }
  private need(token: string): void {
    if (!this.take(token)) throw this.wrong();
  }
  private wrong(): SyntaxError {
    return new SyntaxError(`cannot read '${this.tokens.join(' ')}' at '${this.tokens[this.at] ?? 'the end'}'`);
  }
}

function called(name: string, items: readonly Node[]): Node {
  const f = Object.hasOwn(functions, name) ? functions[name] : undefined;
  if (!f) throw new SyntaxError(`unknown function ${name}`);
  return (values) => f(...items.map((item) => item(values)));
}
