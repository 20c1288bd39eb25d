/** Cells: one step of a recurrent layer, for those who write their own. */
import { ArgumentError } from '@gradus/tensor';
import { read, required, write } from '../config.js';
import { Layer } from '../layer.js';
import { layerFields } from './fields.js';
import { layersField } from './nested.js';
import type { Shape, Tensor } from '@gradus/tensor';
import type { AnyLayer } from '../any-layer.js';
import type { Config, Fields } from '../config.js';
import type { Context } from '../context.js';
import type { LayerOptions } from '../layer.js';
import type { Registry } from '../registry.js';
import type { Step } from './recurrent.js';

/** What a cell takes: one step of the sequence, and the states before it. */
export interface CellInput {
  readonly x: Tensor;
  readonly states: readonly Tensor[];
}

/** x [n, features] and states [n, ...] become an output and new states; `RNN` runs it over the steps of a sequence. */
export abstract class Cell extends Layer<CellInput, Step> {
  /** The shape of each state, without the batch axis. */
  abstract readonly stateShapes: readonly Shape[];
}

export function isCell(layer: AnyLayer): layer is Cell {
  return layer instanceof Cell;
}

interface StackedConfig extends LayerOptions {
  readonly cells: readonly AnyLayer[];
}

const stackedFields: Fields<StackedConfig> = { ...layerFields, cells: required(layersField) };

/** Cells one on top of the other: each takes what the one below gives out. Their states come in their order. */
export class StackedRNNCells extends Cell {
  static override readonly className: string = 'StackedRNNCells';
  readonly cells: readonly Cell[];
  private readonly options: LayerOptions;

  constructor(cells: readonly Cell[], options: LayerOptions = {}) {
    super(options);
    if (cells.length === 0) throw new ArgumentError('cells: expected at least one cell');
    this.cells = [...cells];
    this.options = options;
  }

  get stateShapes(): readonly Shape[] {
    return this.cells.flatMap((cell) => cell.stateShapes);
  }

  override call({ x, states }: CellInput, context: Context): Step {
    let output = x;
    let at = 0;
    const all: Tensor[] = [];
    for (const cell of this.cells) {
      const own = states.slice(at, at + cell.stateShapes.length);
      at += own.length;
      const step = cell.apply({ x: output, states: own }, context);
      output = step.output;
      all.push(...step.states);
    }
    return { output, states: all };
  }

  override toConfig(): Config {
    return write(stackedFields, { ...this.options, cells: this.cells });
  }
  static fromConfig(config: Config, registry: Registry): StackedRNNCells {
    const { cells, ...options } = read(stackedFields, config, registry);
    return new StackedRNNCells(cells.map(cellOf), options);
  }
}

/** @throws ArgumentError where a layer is no cell */
export function cellOf(layer: AnyLayer): Cell {
  if (isCell(layer)) return layer;
  throw new ArgumentError(`cell: expected a class that extends Cell, found ${layer.className}`);
}
