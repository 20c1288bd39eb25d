import { expect, test } from 'vitest';
import { chartToSvg, chartToText, curvesOf } from '@gradus/train/charts';
import { bestEpoch } from '../../src/report/chart.js';
import { logarithmicTicks, short, ticks, wholeTicks } from '../../src/report/ticks.js';

const history = {
  epochs: [0, 1, 2],
  logs: {
    accuracy: [0.1, 0.5, 0.9],
    learning_rate: [0.1, 0.01, 0.001],
    loss: [3, 2, 1],
    val_accuracy: [0.2, 0.6, 0.4],
    val_loss: [3, 1, 2],
  },
};

test('curves come in pairs, the loss first and the learning rate last, with the epoch of the lowest validation loss', () => {
  const charts = curvesOf(history);
  expect(charts.map(({ title, series, mark }) => [title, series.map(({ name }) => name), mark?.at])).toEqual([
    ['loss', ['training', 'validation'], 2],
    ['accuracy', ['training', 'validation'], 2],
    ['learning rate', [''], undefined],
  ]);
  expect(charts.map(({ logarithmic }) => logarithmic)).toEqual([false, false, true]);
  expect(bestEpoch({ epochs: [4, 5, 6], logs: { loss: [2, NaN, 1] } })).toBe(7);
  expect(bestEpoch({ epochs: [0], logs: { loss: [NaN] } })).toBeUndefined();
});

test('ticks are round numbers within the range', () => {
  expect(ticks({ low: 0.03, high: 1 }, 4)).toEqual([0.5, 1]);
  expect(ticks({ low: 0.1, high: 0.4 }, 3)).toEqual([0.1, 0.2, 0.3, 0.4]);
  expect(ticks({ low: -7, high: 9 }, 4)).toEqual([-5, 0, 5]);
  expect(wholeTicks({ low: 1, high: 3 }, 6)).toEqual([1, 2, 3]);
  expect(wholeTicks({ low: 1, high: 60 }, 6)).toEqual([10, 20, 30, 40, 50, 60]);
  expect(logarithmicTicks({ low: 0.002, high: 0.3 })).toEqual([0.003, 0.01, 0.03, 0.1, 0.3]);
  expect([0.02134, 12.5, 0, 1.2e-7, 4e8, Infinity].map((value) => short(value))).toEqual(['0.0213', '12.5', '0', '1.2e-7', '4e8', '∞']);
});

test('a curve goes from corner to corner of its frame, and a gap breaks it', () => {
  const svg = chartToSvg({ title: 'line', series: [{ name: 'a', values: [0, 0.5, 1] }, { name: 'b', values: [1, NaN, 0] }] }); // prettier-ignore
  const [a, b] = [...svg.matchAll(/<path d="([^"]*)"/g)].map(([, path]) => path);
  const points = (path = ''): readonly (readonly number[])[] => path.split(/[ML]/).slice(1).map((point) => point.split(' ').map(Number)); // prettier-ignore
  const [first, middle, last] = points(a);
  expect([(first?.[0] ?? 0) < (last?.[0] ?? 0), (first?.[1] ?? 0) > (last?.[1] ?? 0)]).toEqual([true, true]);
  expect(middle?.map((value, i) => value - ((first?.[i] ?? 0) + (last?.[i] ?? 0)) / 2)).toEqual(
    [0, 0].map((zero) => expect.closeTo(zero, 1)),
  );
  expect(b?.match(/[ML]/g)).toEqual(['M', 'M']);
  expect([points(b)[0]?.[1], points(b)[1]?.[1]]).toEqual([last?.[1], first?.[1]]);
});

test('a picture of several charts is one SVG, whose every element is closed and whose text is no markup', () => {
  const svg = chartToSvg([...curvesOf(history), { title: '<b> & "c"', series: [{ name: "'<i>", values: [1, 1] }] }]);
  const open: string[] = [];
  for (const [, closes, name, alone] of svg.matchAll(/<(\/?)([a-z]+)[^>]*?(\/?)>/g)) {
    if (closes) expect(open.pop()).toBe(name);
    else if (!alone && name !== undefined) open.push(name);
  }
  expect(open).toEqual([]);
  expect(svg).toContain('&lt;b&gt; &amp; &quot;c&quot;');
  expect(svg).toContain('&#39;&lt;i&gt; 1');
  expect(svg).not.toMatch(/url\(|href|<script/);
});

test('a chart as text has a sign for each curve, its last value beside it, and the marked place', () => {
  const text = chartToText({ title: 'loss', from: 1, mark: { at: 2, label: 'best epoch 2' }, series: [{ name: 'training', values: [4, 2, 1] }] }, { width: 9, height: 4 }); // prettier-ignore
  expect(text).toMatchInlineSnapshot(`
    "           loss (┊ best epoch 2)
            4 │·   ┊
              │ ·· ┊
              │   ···
            1 │    ┊ ···  · training 1
              └─────────
               1       3 epoch
    "
  `);
});

test('a chart without a number to draw is refused', () => {
  expect(() => chartToSvg({ title: 'loss', series: [{ name: 'a', values: [NaN] }] })).toThrow(
    "chart 'loss': there is no finite number to draw",
  );
  expect(() => chartToText({ title: 'rate', logarithmic: true, series: [{ name: 'a', values: [0, -1] }] })).toThrow('to draw above 0');
  for (const values of [[2], [0, 0, 0], [5, 5]]) {
    expect(chartToText({ title: 'same', series: [{ name: 'a', values }] })).not.toContain('NaN');
    expect(chartToSvg({ title: 'same', series: [{ name: 'a', values }] })).not.toContain('NaN');
  }
});
