/**
 * Colours, light and dark. Curves have those of Okabe and Ito 2008, told apart with any kind of colour vision, somewhat lighter on dark ground.
 */
interface Theme {
  readonly ground: string;
  readonly ink: string;
  readonly soft: string;
  readonly line: string;
  readonly curves: readonly string[];
}

const light: Theme = {
  ground: '#ffffff',
  ink: '#1c1e21',
  soft: '#5c636b',
  line: '#e3e6e9',
  curves: ['#0072b2', '#c45200', '#00785a', '#a8548c', '#6b6b00', '#3a3f44', '#7a4fd0', '#b0003a'],
};

const dark: Theme = {
  ground: '#15171a',
  ink: '#e8eaed',
  soft: '#9aa1a9',
  line: '#2c3136',
  curves: ['#56b4e9', '#f0a03c', '#3cc79c', '#e08cc4', '#d8cf4a', '#b9c0c7', '#b39cf5', '#ff7d97'],
};

function variables({ ground, ink, soft, line, curves }: Theme): string {
  const colours = curves.map((colour, i) => `--curve-${i}:${colour}`).join(';');
  return `--ground:${ground};--ink:${ink};--soft:${soft};--line:${line};${colours}`;
}

/** The colours as variables of a style sheet, for what `selector` selects. */
export function themes(selector: string): string {
  return `${selector}{color-scheme:light dark;${variables(light)}}@media(prefers-color-scheme:dark){${selector}{${variables(dark)}}}`;
}

/** The colour of curve `i`. */
export function colourOf(i: number): string {
  return `var(--curve-${i % light.curves.length})`;
}
