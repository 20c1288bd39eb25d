// Prints what breaks the architecture, and the files that are long.
import { faultsOf, longFiles } from './rules.js';
import { readTree } from './tree.js';

const tree = readTree(process.cwd());
const faults = faultsOf(tree);
for (const line of [...longFiles(tree), ...faults]) console.log(line);
console.log(`${tree.size} files, ${faults.length} faults`);
process.exitCode = faults.length > 0 ? 1 : 0;
