// Trains in the page, then in a worker, shows a report, and tells the server how it went.
import { observe } from './observe.mjs';
import { shownReport } from './report.mjs';

const page = await observe();
const worker = await new Promise((resolve) => {
  const thread = new Worker('worker.js', { type: 'module' });
  thread.onmessage = ({ data }) => resolve(data);
  thread.onerror = ({ message }) => resolve({ error: `the worker has failed: ${message}` });
});
// A report has no script: only making it could say something.
const said = page.notices?.length ?? 0;
const report = await shownReport().catch((error) => ({ error: String(error) }));
await fetch('report', {
  method: 'POST',
  body: JSON.stringify({ page, worker, report: { ...report, notices: page.notices?.slice(said) } }),
});
