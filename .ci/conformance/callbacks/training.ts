/** What a callback works its run by, driven by hand: the events of a case without a model that trains. */
import * as gradus from '@gradus/train';
import { numberOf, recordOf } from '../json.js';
import type { Checkpoint, EpochEnd, Save, Tensor, Training } from '@gradus/train';
import type { Json, JsonRecord } from '../json.js';

type Directions = ReadonlyMap<string, 'up' | 'down' | undefined>;

/** Which way the metrics of a case go: 'up', 'down' or neither. */
export function directionsOf(json: Json | undefined): Directions {
  return new Map(Object.entries(recordOf(json ?? {})).map(([name, way]) => [name, way === 'up' || way === 'down' ? way : undefined]));
}

export interface Position {
  readonly epoch: number;
  readonly batch: number;
}

export class FakeTraining implements Training {
  readonly epochs: number = 1000;
  readonly steps: number | undefined = undefined;
  readonly verbose: 0 | 1 | 2 = 0;
  readonly model: Training['model'] = new gradus.Sequential([new gradus.Dense(1, { inputShape: [1] })]);
  readonly printed: string[] = [];
  stopped: boolean = false;
  /** All that there is to train. */
  w: Tensor = gradus.zeros([]);
  private rate: number;
  private readonly directions: Directions;
  private waiting: Save[] = [];

  constructor(directions: Directions = new Map(), rate: number = 0.1) {
    this.directions = directions;
    this.rate = Math.fround(rate);
  }

  get learningRate(): number {
    return this.rate;
  }
  set learningRate(rate: number) {
    this.rate = Math.fround(rate);
  }
  stop(): void {
    this.stopped = true;
  }
  weights(): ReadonlyMap<string, Tensor> {
    return new Map([['w', this.w]]);
  }
  setWeights(weights: ReadonlyMap<string, Tensor>): void {
    this.w = weights.get('w') ?? this.w;
  }
  useAverages(): void {}
  directionOf(key: string): 'up' | 'down' | undefined {
    const name = key.replace(/^val_/, '');
    return name === 'loss' ? 'down' : this.directions.get(name);
  }
  checkpoint(save: Save): void {
    this.waiting.push(save);
  }
  print(text: string): void {
    this.printed.push(text);
  }
  warn(text: string): void {
    this.printed.push(text);
  }

  /** What a run does after an event: serves those who asked for a checkpoint. The next batch is the one at `position`. */
  async serve(position: Position): Promise<void> {
    const checkpoint: Checkpoint = {
      setting: {},
      position: { ...position, pass: position.epoch, index: position.batch },
      logs: {},
      stopped: undefined,
      flavour: 'none',
      variables: this.weights(),
      callbacks: [],
    };
    for (const save of this.waiting.splice(0)) await save(checkpoint);
  }
}

/** Numbers of a case's logs. */
export function logsOf(json: Json | undefined): EpochEnd['logs'] {
  const entries: JsonRecord = recordOf(json ?? {});
  return Object.fromEntries(Object.entries(entries).map(([key, value]) => [key, numberOf(value)]));
}
