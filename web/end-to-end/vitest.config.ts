import { defineConfig } from 'vitest/config';

/** One browser and one server after the other: the tests share the cores with the assessments that they wait for. */
export default defineConfig({
  test: {
    include: ['end-to-end/**/*.spec.ts'],
    environment: 'node',
    fileParallelism: false,
    sequence: { concurrent: false },
    testTimeout: 600_000,
    hookTimeout: 900_000,
  },
});
