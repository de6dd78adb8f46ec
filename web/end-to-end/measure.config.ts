import { defineConfig } from 'vitest/config';
import tests from './vitest.config';

/** What measures is no test: it runs by itself, on an idle machine. */
export default defineConfig({ test: { ...tests.test, include: ['end-to-end/**/*.bench.ts'] } });
