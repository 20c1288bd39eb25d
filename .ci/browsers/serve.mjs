// A server on this machine alone: the same few files under several sets of headers, and a place for the page to tell its results.
import { createServer } from 'node:http';

/** What a page is allowed, by the first part of its address. */
export const settings = {
  plain: {},
  isolated: { 'cross-origin-opener-policy': 'same-origin', 'cross-origin-embedder-policy': 'require-corp' },
  // WebAssembly may not be compiled: that would take 'wasm-unsafe-eval'.
  strict: { 'content-security-policy': "default-src 'none'; script-src 'self'; worker-src 'self'; connect-src 'self'" },
};

const types = { js: 'text/javascript', html: 'text/html' };

/**
 * Serves `files` (text by name) under each setting.
 * @returns where, a promise of what the next page to report has to say, and a way to stop
 */
export async function serve(files) {
  let tell = () => {};
  const server = createServer((request, response) => {
    const [, setting = '', name = ''] = (request.url ?? '').split('/');
    const headers = { 'cache-control': 'no-store', ...settings[setting] };
    if (request.method === 'POST' && name === 'report') {
      let body = '';
      request.setEncoding('utf8').on('data', (part) => (body += part));
      request.on('end', () => {
        response.writeHead(204, headers).end();
        tell(JSON.parse(body));
      });
    } else if (settings[setting] !== undefined && files.has(name)) {
      response.writeHead(200, { ...headers, 'content-type': `${types[name.split('.').at(-1)]}; charset=utf-8` }).end(files.get(name));
    } else response.writeHead(404, headers).end();
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    address: (setting) => `http://127.0.0.1:${server.address().port}/${setting}/index.html`,
    report: (limit) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error(`nothing heard from the page for ${limit / 1000} s`)), limit);
        tell = (report) => {
          clearTimeout(timer);
          resolve(report);
        };
      }),
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
