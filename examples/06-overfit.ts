/**
 * A model that learns its examples by heart, one that learns too little, and what helps: each remedy alone, five seeds each.
 *
 * Handwritten digits of which only the upper three rows of pixels are seen: some cannot be told apart, so there is much to learn by heart.
 * Doses are chosen by the validation part; the test part is read once, at the end. npm run example 06
 */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  Adam,
  Dense,
  digits,
  Dropout,
  EarlyStopping,
  Flatten,
  l1,
  l1l2,
  l2,
  Rescaling,
  Sequential,
  take,
  tensor,
  Trainer,
} from '@gradus/train';
import { RandomFlip, RandomRotation, RandomTranslation, RandomZoom, trainTestSplit } from '@gradus/train';
import { chartToSvg, curvesOf } from '@gradus/train/charts';
import type { Curves } from '@gradus/train/charts';
import type { Callback, Layer, Regularizer, Tensor } from '@gradus/train';

interface Data {
  readonly x: Tensor;
  readonly y: Tensor;
}
interface Parts {
  readonly train: Data;
  readonly validation: Data;
  readonly test: Data;
}
/** What differs from model to model. */
interface Recipe {
  readonly units?: number;
  readonly epochs?: number;
  readonly divisor?: number;
  readonly kernelRegularizer?: Regularizer;
  readonly dropout?: number;
  readonly augment?: () => readonly Layer[];
  readonly stopEarly?: boolean;
}
/** Five models of one recipe, and how often they are right: the mean. */
interface Trained {
  readonly name: string;
  readonly parts: Parts;
  readonly trainers: readonly Trainer<Sequential>[];
  readonly curves: Curves | undefined;
  readonly train: number;
  readonly validation: number;
}

const seeds = [0, 1, 2, 3, 4];
const { x: images, y } = digits();

/** Few digits to learn from, some to choose by, and the rest for the end: of the named ones, if some are named. */
function partsOf(count: number, named: readonly number[] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]): Parts {
  const rows = Int32Array.from([...y.data().keys()].filter((row) => named.includes(y.at(row))));
  const part = { x: take(images, tensor(rows)).slice(':', '0:3'), y: take(y.cast('int32'), tensor(rows)) };
  const [rest, test] = trainTestSplit(part, { testSize: 0.45, seed: 1, stratify: part.y });
  const [known, validation] = trainTestSplit(rest, { testSize: 0.55, seed: 1, stratify: rest.y });
  return { train: { x: known.x.slice(`0:${count}`), y: known.y.slice(`0:${count}`) }, validation, test };
}

function modelOf(recipe: Recipe, seed: number): Sequential {
  const { units = 128, divisor = 16, kernelRegularizer, dropout = 0, augment } = recipe;
  const hidden = { activation: 'relu', ...(kernelRegularizer && { kernelRegularizer }) } as const;
  return new Sequential(
    [
      new Rescaling(1 / divisor, { inputShape: [3, 8, 1] }),
      ...(augment?.() ?? []), // inside the compiled step, and in training only
      new Flatten(),
      new Dense(units, hidden),
      new Dropout(dropout),
      new Dense(units, hidden),
      new Dropout(dropout),
      new Dense(10, { ...hidden, activation: 'softmax' }),
    ],
    { seed },
  );
}

async function fit(name: string, recipe: Recipe, parts: Parts): Promise<Trained> {
  const trainers: Trainer<Sequential>[] = [];
  let curves: Curves | undefined;
  for (const seed of seeds) {
    const options = { optimizer: new Adam(), loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'], seed } as const;
    const trainer = new Trainer(modelOf(recipe, seed), options);
    const callbacks: Callback[] = recipe.stopEarly === true ? [new EarlyStopping({ patience: 10, restoreBestWeights: true })] : [];
    // The curves are those of the first seed.
    const watched = seed === 0 || recipe.stopEarly === true ? { validationData: parts.validation } : {};
    const history = await trainer.fit(parts.train, { epochs: recipe.epochs ?? 150, batchSize: 25, callbacks, verbose: 0, ...watched });
    curves ??= history;
    trainers.push(trainer);
  }
  const [train, validation] = [await accuracy(trainers, parts.train), await accuracy(trainers, parts.validation)];
  return { name, parts, trainers, curves, train, validation };
}

async function accuracy(trainers: readonly Trainer<Sequential>[], data: Data): Promise<number> {
  let total = 0;
  for (const trainer of trainers) total += (await trainer.evaluate(data, { batchSize: 200, verbose: 0 })).accuracy ?? NaN;
  return (100 * total) / trainers.length;
}

/** Of several doses the one with the smallest gap that costs nothing in validation; if all cost something, the one that costs least. */
async function choose(name: string, doses: Readonly<Record<string, Recipe>>, than: Trained): Promise<Trained> {
  const tried: Trained[] = [];
  for (const [dose, recipe] of Object.entries(doses)) tried.push(await fit(`${name} ${dose}`, recipe, than.parts));
  const free = tried.filter(({ validation }) => validation >= than.validation);
  const gap = ({ train, validation }: Trained): number => train - validation;
  const order = free.length > 0 ? free.toSorted((a, b) => gap(a) - gap(b)) : tried.toSorted((a, b) => b.validation - a.validation);
  const chosen = order[0] ?? than;
  for (const { trainers } of tried) if (trainers !== chosen.trainers) for (const trainer of trainers) trainer.close();
  return chosen;
}

const doses = (values: readonly number[], recipe: (dose: number) => Recipe): Readonly<Record<string, Recipe>> =>
  Object.fromEntries(values.map((dose) => [String(dose), recipe(dose)]));
const moved = (dose: number): readonly Layer[] => [
  new RandomTranslation(dose, dose, { fillMode: 'constant' }),
  new RandomRotation(0.01, { fillMode: 'constant' }),
  new RandomZoom(dose, { fillMode: 'constant' }),
];

console.log('two models, each remedy alone and in several doses, five seeds each: about a minute');
const all = partsOf(200);
const overfit = await fit('OVERFIT: 128 units, 150 epochs', {}, all);
const remedies = [
  await choose(
    'L1',
    doses([0.00025, 0.0005, 0.001], (dose) => ({ kernelRegularizer: l1(dose) })),
    overfit,
  ),
  await choose(
    'L2',
    doses([0.00125, 0.0025, 0.005, 0.01], (dose) => ({ kernelRegularizer: l2(dose) })),
    overfit,
  ),
  await choose(
    'L1 + L2',
    doses([0.0005, 0.001, 0.002], (dose) => ({ kernelRegularizer: l1l2({ l1: dose / 4, l2: dose }) })),
    overfit,
  ),
  await choose(
    'dropout',
    doses([0.25, 0.5, 0.75], (dropout) => ({ dropout })),
    overfit,
  ),
  await choose(
    'fewer units',
    doses([16, 32, 64], (units) => ({ units })),
    overfit,
  ),
  await choose(
    'shift, turn, zoom',
    doses([0.02, 0.04, 0.08, 0.16], (dose) => ({ augment: () => moved(dose) })),
    overfit,
  ),
  await fit('early stopping', { stopEarly: true }, all),
];
const weak: Recipe = { units: 16, epochs: 80, divisor: 255, kernelRegularizer: l2(0.001) };
const underfit = await fit('UNDERFIT: 16 units, 80 epochs, L2, / 255', weak, all);
const { kernelRegularizer: _, ...free } = weak;
const cures = [
  await fit('128 units', { ...weak, units: 128 }, all),
  await fit('150 epochs', { ...weak, epochs: 150 }, all),
  await fit('no L2', free, all),
  await fit('/ 16, the largest grey there is', { ...weak, divisor: 16 }, all),
];
// In a mirror a 0 and a 1 stay what they are; a 2, a 3 or a 7 does not.
const mirrored: Recipe = { augment: () => [new RandomFlip('horizontal')] };
const flipped = await fit('flip, of all digits', mirrored, all);
const same = await fit('0 and 1 alone, 10 to learn from', {}, partsOf(10, [0, 1]));
const sameFlipped = await fit('flip, of 0 and 1 alone', mirrored, same.parts);

// From here on nothing is chosen any more: the test part is read, once.
interface Row extends Trained {
  readonly test: number;
  readonly gap: number;
}
async function tested(trained: Trained): Promise<Row> {
  const test = await accuracy(trained.trainers, trained.parts.test);
  return { ...trained, test, gap: trained.train - test };
}
const [base, low] = [await tested(overfit), await tested(underfit)];
const after: Row[] = [];
for (const trained of remedies) after.push(await tested(trained));
const raised: Row[] = [];
for (const trained of cures) raised.push(await tested(trained));
const [alone, aloneFlipped, allFlipped] = [await tested(same), await tested(sameFlipped), await tested(flipped)];

const points = (value: number): string => value.toFixed(1).padStart(7);
function line({ name, train, validation, test, gap }: Row, than?: Row): void {
  const change = than ? `${((100 * (gap - than.gap)) / than.gap).toFixed(0).padStart(6)} %` : '';
  console.log(`${name.padEnd(42)}${[train, validation, test, gap].map(points).join('')}${change}`);
}
console.log(`\n${'right, in percent, mean of five seeds'.padEnd(42)}  train  valid   test    gap  gap changed by`);
line(base);
for (const row of after) line(row, base);
line(low);
for (const row of raised) line(row);
for (const row of [alone, aloneFlipped, allFlipped]) line(row);

const path = join(mkdtempSync(join(tmpdir(), 'gradus-overfit-')), 'overfit.svg');
const shown = [base, ...after, low, ...raised].flatMap(({ name, curves }) => (curves?.logs['val_loss'] ? [{ name, curves }] : []));
const charts = shown.map(({ name, curves }) => ({ series: [], ...curvesOf(curves)[0], title: `loss, ${name}` }));
writeFileSync(path, chartToSvg(charts, { columns: 3, height: 220 }));
console.log(`\nthe curves of the first seed: ${path}\n`);

const listed = (rows: readonly Row[]): string => rows.map(({ name }) => name).join(', ') || 'nothing';
const works = ({ gap, test }: Row): boolean => gap <= (2 / 3) * base.gap && test >= base.test;
const higher = raised.filter(({ train, test }) => train > low.train && test > low.test);
const gain = (row: Row, than: Row): string => `${(row.test - than.test).toFixed(1)} points`;
console.log(
  `1. The large model knows ${base.train.toFixed(1)} % of the digits that it learned from and ${base.test.toFixed(1)} % of new ones:`,
);
console.log(`   the gap of ${base.gap.toFixed(1)} points is what it knows by heart.`);
console.log(`2. A third of the gap or more is taken away, without a loss on new digits, by: ${listed(after.filter(works))}.`);
console.log(`3. Less than that, or at the cost of new digits, is reached by: ${listed(after.filter((row) => !works(row)))}.`);
console.log(`4. The small model has not even learned its examples (${low.train.toFixed(1)} %, new ones ${low.test.toFixed(1)} %);`);
console.log(`   it gets better on both by any one of: ${listed(higher)}.`);
console.log('5. Made-up examples must be true: flipping changes the result on new digits by');
console.log(`   ${gain(aloneFlipped, alone)} for 0 and 1, which look the same in a mirror, and by ${gain(allFlipped, base)} for all ten.`);
