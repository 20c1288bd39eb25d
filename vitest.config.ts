import { defaultClientConditions, defaultServerConditions } from 'vite';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  // Tests run on the TypeScript sources, with no build.
  resolve: { conditions: ['@gradus/source', ...defaultClientConditions] },
  ssr: { resolve: { conditions: ['@gradus/source', ...defaultServerConditions] } },
  test: {
    include: ['packages/*/test/**/*.test.ts', '.ci/**/*.test.ts'],
    setupFiles: ['.ci/vitest-setup.ts'],
    testTimeout: 60_000,
  },
});
