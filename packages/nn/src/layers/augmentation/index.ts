/** The layers that change images. */
import { CenterCrop } from './center-crop.js';
import { RandomBrightness } from './random-brightness.js';
import { RandomContrast } from './random-contrast.js';
import { RandomCrop } from './random-crop.js';
import { RandomFlip } from './random-flip.js';
import { RandomGrayscale } from './random-grayscale.js';
import { RandomInvert } from './random-invert.js';
import { RandomRotation } from './random-rotation.js';
import { RandomTranslation } from './random-translation.js';
import { RandomZoom } from './random-zoom.js';
import { Resizing } from './resizing.js';
import type { LayerClass } from '../../registry.js';

export const imageLayers: readonly LayerClass[] = [
  CenterCrop,
  RandomBrightness,
  RandomContrast,
  RandomCrop,
  RandomFlip,
  RandomGrayscale,
  RandomInvert,
  RandomRotation,
  RandomTranslation,
  RandomZoom,
  Resizing,
];
