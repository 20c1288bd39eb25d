import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Dense, digits, Flatten, input, Model, Rescaling, Sequential, tensor, Trainer, trainTestSplit } from '@gradus/train';

const [train, validation] = trainTestSplit(digits(), { testSize: 0.5, seed: 1 });

function classifier(): Trainer<Sequential> {
  const layers = [new Rescaling(1 / 16, { inputShape: [8, 8, 1] }), new Flatten(), new Dense(10, { activation: 'softmax' })];
  return new Trainer(new Sequential(layers, { seed: 1 }), { loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] });
}

/** How often a tag begins. */
const count = (html: string, tag: string): number => html.split(`<${tag}`).length - 1;

test('a report is one page with curves, matrix, classes, mistakes as images and times, and loads nothing', async () => {
  const trainer = classifier();
  const history = await trainer.fit(train, { epochs: 3, validationData: validation, verbose: 0 });
  const folder = mkdtempSync(join(tmpdir(), 'gradus-report-'));
  try {
    const path = join(folder, 'run', 'report.html');
    await trainer.report(path, { history, data: validation, title: '<script>alert(1)</script>', classNames: ['<zero>', 'one'] });
    expect(readdirSync(join(folder, 'run'))).toEqual(['report.html']);
    const html = readFileSync(path, 'utf8');
    for (const title of ['Curves', 'Confusion matrix', 'Accuracy by class', 'Worst mistakes', 'Time and memory'])
      expect(html).toContain(`<h2>${title}</h2>`);
    expect(html).not.toMatch(/<script|https?:|url\(|@import/);
    expect([...html.matchAll(/(?:src|href)="([^:]*):/g)].map(([, scheme]) => scheme)).toEqual(new Array(25).fill('data'));
    expect(html).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(html).toContain('&lt;zero&gt;');
    expect([count(html, 'svg'), count(html, 'figure')]).toEqual([2, 24]);
    expect(html).toContain('prefers-color-scheme:dark');
    const { accuracy = NaN } = await trainer.evaluate(validation, { verbose: 0 });
    const right = [...html.matchAll(/curve-0\) \d+%,var\(--ground\)\)">(\d+)</g)].reduce((total, [, n]) => total + Number(n), 0);
    expect(right / validation.y.size).toBeCloseTo(accuracy, 6);
    expect(await trainer.reportToHtml({ history, data: validation })).toContain('<title>Training report</title>');
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('numbers get a scatter of predicted against true and no matrix, and the line of where they are equal', async () => {
  const x = tensor(Float32Array.from({ length: 40 }, (_, i) => i / 40)).reshape([40, 1]);
  const trainer = new Trainer(new Sequential([new Dense(1, { inputShape: [1] })]), { optimizer: 'adam', loss: 'mse' });
  const history = await trainer.fit({ x, y: x.mul(2) }, { epochs: 2, verbose: 0 });
  const html = await trainer.reportToHtml({ history, data: { x, y: x.mul(2) } });
  expect(html).toContain('<h2>Predicted against true</h2>');
  expect(html).toContain('<h2>Largest errors</h2>');
  expect(html).not.toContain('Confusion matrix');
  expect(count(html, 'circle')).toBe(40);
});

test('each output of several has sections of its own', async () => {
  const image = input([4]);
  const model = new Model({
    inputs: image,
    outputs: { kind: new Dense(3, { activation: 'softmax' }).apply(image), size: new Dense(1).apply(image) },
  });
  const trainer = new Trainer(model, { loss: { kind: 'sparseCategoricalCrossentropy', size: 'mse' } });
  const data = { x: tensor([[1, 2, 3, 4], [4, 3, 2, 1]]), y: { kind: tensor([0, 2], 'uint8'), size: tensor([[0.5], [2]]) } }; // prettier-ignore
  const history = await trainer.fit(data, { epochs: 1, verbose: 0 });
  const html = await trainer.reportToHtml({ history, data });
  for (const title of ['Confusion matrix of kind', 'Predicted against true of size']) expect(html).toContain(`<h2>${title}</h2>`);
});

test('a run whose loss was lost still has a report', async () => {
  const trainer = classifier();
  const history = await trainer.fit(train, { epochs: 1, verbose: 0 });
  history.logs['loss'] = [NaN];
  history.logs['accuracy'] = [Infinity];
  expect(await trainer.reportToHtml({ history, data: validation })).toContain('Nothing finite was measured.');
});

test('history knows how long each epoch took', async () => {
  const history = await classifier().fit(train, { epochs: 2, verbose: 0 });
  expect(history.seconds.length).toBe(2);
  expect(history.seconds.every((seconds) => seconds > 0)).toBe(true);
});
