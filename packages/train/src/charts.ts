/** @gradus/train/charts: curves as pictures and as text. An entry of its own, so that a page which trains does not carry it. */
export { curvesOf } from './report/chart.js';
export { chartToSvg } from './report/svg.js';
export { chartToText } from './report/text.js';
export type { Chart, Curves, Series } from './report/chart.js';
export type { SvgOptions } from './report/svg.js';
export type { TextOptions } from './report/text.js';
