/** The side of the bench: a library's process, asked one thing at a time. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

export interface Failure {
  readonly error: string;
}

export class Library {
  readonly name: string;
  private readonly child: ReturnType<typeof spawn>;
  private readonly answers: AsyncIterator<string>;

  constructor(name: string, command: readonly string[], environment: Readonly<Record<string, string>> = {}) {
    const [program = '', ...args] = command;
    this.name = name;
    this.child = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'], env: { ...process.env, ...environment } });
    this.child.on('error', () => undefined); // a program that is not there answers nothing
    if (!this.child.stdout) throw new Error(`${name}: no output`);
    this.answers = createInterface({ input: this.child.stdout })[Symbol.asyncIterator]();
  }

  /** Milliseconds of each of `steps` steps. */
  async run(work: string, steps: number): Promise<readonly number[] | Failure> {
    this.child.stdin?.write(`${work} ${steps}\n`);
    const answer = await this.answers.next();
    if (answer.done === true) return { error: `${this.name} has ended` };
    const found: unknown = JSON.parse(answer.value);
    if (isTimes(found)) return found;
    return { error: isFailure(found) ? found.error : answer.value };
  }

  close(): void {
    this.child.kill();
  }
}

export function isFailure(found: unknown): found is Failure {
  return typeof found === 'object' && found !== null && 'error' in found;
}

function isTimes(found: unknown): found is readonly number[] {
  return Array.isArray(found) && found.every((time) => typeof time === 'number');
}
