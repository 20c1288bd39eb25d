/** Where runs print: a terminal redraws a line, anything else gets whole lines. */
import { terminal, write } from '#platform';

export { terminal, write };
