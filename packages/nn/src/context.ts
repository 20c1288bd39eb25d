/** What travels with a call: the mode, the masks, and the losses that layers add. Nothing of it stays on a layer. */
import { isTensor, masksOf } from './masks.js';
import type { Tensor } from '@gradus/tensor';
import type { AnyLayer } from './any-layer.js';

export interface CallOptions {
  /** Whether layers behave as in training: dropout drops, batch normalization uses the batch. @defaultValue false */
  readonly training?: boolean;
  /** Which time steps count: bool [n, t] for a tensor, a tree of them for a tree. */
  readonly mask?: unknown;
}

/** What all calls of one forward pass share. */
interface Pass {
  readonly training: boolean;
  readonly augments: boolean;
  readonly masks: Map<Tensor, Tensor>;
  readonly losses: Tensor[];
}

/** One layer's view of a forward pass; pass it on: `this.inner.apply(x, context)`. */
export class Context {
  readonly training: boolean;
  /** Whether images are augmented: in training, and in a call that does not say whether it is one. */
  readonly augments: boolean;
  /** The mask of this call's input: a tensor, a tree of them, or undefined. */
  readonly mask: unknown;
  /** The layer that is being called, and the outermost one. */
  readonly owner: AnyLayer | undefined;
  readonly root: AnyLayer | undefined;
  private readonly pass: Pass;

  /** A new forward pass; calls inside it are made by `enter`. */
  constructor(options: CallOptions = {}, inside?: { readonly outer: Context; readonly owner: AnyLayer }) {
    const { training = false } = options;
    this.pass = inside?.outer.pass ?? { training, augments: options.training ?? true, masks: new Map(), losses: [] };
    this.training = this.pass.training;
    this.augments = this.pass.augments;
    this.mask = options.mask;
    this.owner = inside?.owner;
    this.root = inside ? (inside.outer.root ?? inside.owner) : undefined;
  }

  /** Everything that was added to the loss so far, each a scalar. */
  get losses(): readonly Tensor[] {
    return this.pass.losses;
  }

  /** Adds `loss`, summed to a scalar, to what training minimizes. */
  addLoss(loss: Tensor): void {
    this.pass.losses.push(loss.rank === 0 ? loss : loss.sum());
  }

  /** The view of `layer`, called with `x`: its mask is the given one, else what earlier layers said of x. */
  enter(layer: AnyLayer, x: unknown): Context {
    const given = this.owner === undefined ? this.mask : undefined;
    const mask = given ?? masksOf(x, (tensor) => this.pass.masks.get(tensor));
    return new Context({ mask }, { outer: this, owner: layer });
  }

  /** The mask that the layers gave `x`, if any. */
  maskOf(x: Tensor): Tensor | undefined {
    return this.pass.masks.get(x);
  }

  /** Notes the masks of a layer's results. */
  remember(y: unknown, mask: unknown): void {
    if (isTensor(y)) {
      if (isTensor(mask)) this.pass.masks.set(y, mask);
    } else if (typeof y === 'object' && y !== null && typeof mask === 'object' && mask !== null) {
      for (const key of Object.keys(y)) this.remember(Reflect.get(y, key), Reflect.get(mask, key));
    }
  }
}
