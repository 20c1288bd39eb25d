// A report that is made in the browser, shown in a frame: whether everything in it is drawn, and nothing loaded or said.
import { Dense, Flatten, Sequential, Trainer, key, uniform } from '@gradus/train';

/** What is seen of the page that `trainer.reportToHtml` gives. */
export async function shownReport() {
  const x = uniform(key(1), [64, 6, 6, 1]);
  const y = uniform(key(2), [64]).mul(3).cast('int32');
  const model = new Sequential([new Flatten({ inputShape: [6, 6, 1] }), new Dense(3, { activation: 'softmax' })], { seed: 1 });
  const trainer = new Trainer(model, { loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] });
  const history = await trainer.fit({ x, y }, { epochs: 3, validationSplit: 0.25, verbose: 0 });
  const frame = document.createElement('iframe');
  Object.assign(frame, { width: 1000, height: 800, srcdoc: await trainer.reportToHtml({ history, data: { x, y } }) });
  await new Promise((resolve) => {
    frame.onload = resolve;
    document.body.append(frame);
  });
  const { contentDocument: page, contentWindow: inside } = frame;
  const decoded = await Promise.allSettled([...page.images].map((image) => image.decode()));
  const charts = [...page.querySelectorAll('svg path')].map((path) => path.getBBox());
  return {
    ground: inside.getComputedStyle(page.body).backgroundColor,
    curves: charts.filter(({ width, height }) => width > 50 && height > 1).length,
    cells: [...page.querySelectorAll('table.confusion td')].filter((cell) => cell.offsetWidth > 20).length,
    images: decoded.filter(({ status }) => status === 'fulfilled').length,
    broken: decoded.filter(({ status }) => status !== 'fulfilled').length,
    loaded: inside.performance.getEntriesByType('resource').map(({ name }) => name).filter((name) => !name.startsWith('data:')), // prettier-ignore
    wide: page.documentElement.scrollWidth > page.documentElement.clientWidth,
  };
}
