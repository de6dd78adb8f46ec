import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  plugins: [svelte()],
  server: {
    // `rert serve` answers the API during development; its cookie needs the same host name.
    proxy: { '/api': { target: 'http://127.0.0.1:8088' } },
  },
  build: {
    outDir: 'dist',
    target: 'es2022',
    sourcemap: false,
    // The content security policy allows no inline script, which the polyfill would be.
    modulePreload: { polyfill: false },
    // A data: font would break `default-src 'self'`.
    assetsInlineLimit: 0,
  },
  test: {
    environment: 'node',
    include: ['src/**/*.test.ts'],
  },
});
