import { setThreads } from '@gradus/tensor';
import fc from 'fast-check';

// One seed for everybody: a failure repeats on the next machine. GRADUS_RUNS asks for more (or fewer) runs of each property.
fc.configureGlobal({ seed: 20_261_124, numRuns: Number(process.env['GRADUS_RUNS'] ?? 20) });

// One thread, except in the tests of threads.
setThreads(1);
