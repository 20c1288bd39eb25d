// Three bundlers with the settings that their users start from, for the browser. Each takes the entry file and a folder for its output.
import { createRequire } from 'node:module';
import { basename, dirname } from 'node:path';

export const bundlers = {
  async esbuild(entry, out) {
    const { build } = await import('esbuild');
    await build({ entryPoints: [entry], outdir: out, bundle: true, format: 'esm', platform: 'browser', minify: true, logLevel: 'error' });
  },

  async vite(entry, out) {
    const { build } = await import('vite');
    const options = { input: entry };
    await build({
      root: dirname(entry),
      logLevel: 'error',
      configFile: false,
      build: { outDir: out, emptyOutDir: true, rollupOptions: options },
    });
  },

  async webpack(entry, out) {
    const webpack = createRequire(import.meta.url)('webpack');
    const config = { mode: 'production', target: 'web', context: dirname(entry), entry: `./${basename(entry)}`, output: { path: out } };
    const stats = await new Promise((resolve, reject) => {
      webpack({ ...config, performance: false }, (error, result) => (error === null ? resolve(result) : reject(error)));
    });
    if (stats.hasErrors()) throw new Error(stats.toString({ all: false, errors: true }));
  },
};
