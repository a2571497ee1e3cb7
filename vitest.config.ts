import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{engine,rules,adapters,test,samples,bench}/**/*.test.ts'],
    pool: 'forks',
    maxWorkers: '100%',
    testTimeout: 300_000,
  },
});
