// Trains in the page, then in a worker, and tells the server how it went.
import { observe } from './observe.mjs';

const page = await observe();
const worker = await new Promise((resolve) => {
  const thread = new Worker('worker.js', { type: 'module' });
  thread.onmessage = ({ data }) => resolve(data);
  thread.onerror = ({ message }) => resolve({ error: `the worker has failed: ${message}` });
});
await fetch('report', { method: 'POST', body: JSON.stringify({ page, worker }) });
