import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

/** The browser's half of src/web. The server renders the same components from their sources (src/web/server). */
export default defineConfig({
  plugins: [react(), tailwindcss()],
  publicDir: 'src/web/public',
  // React has brought its own for years; the shim is for older ones.
  resolve: {
    alias: { 'use-sync-external-store/shim/with-selector': 'use-sync-external-store/with-selector' },
  },
  build: {
    outDir: 'dist/web',
    emptyOutDir: true,
    manifest: true,
    target: 'es2022',
    modulePreload: { polyfill: false },
    // Fonts are files that can be preloaded and kept, never part of the style sheet.
    assetsInlineLimit: 0,
    rollupOptions: {
      input: ['src/web/client.tsx', 'src/web/map-start.ts', 'src/web/service-worker.ts'],
      output: {
        // The worker's address stays the same: the browser asks there for a newer one, and it may serve every page.
        entryFileNames: ({ name }) =>
          name === 'service-worker' ? 'service-worker.js' : 'assets/[name]-[hash].js',
        // What every page needs comes as one file: many small ones compress worse and wait for each other.
        codeSplitting: {
          groups: [
            {
              name: 'find',
              priority: 1,
              test: /src[\\/]web[\\/]components[\\/](event-card|search-box|chip)\./,
            },
            {
              name: 'core',
              priority: 2,
              // Pages that change something bring what they need for it.
              test: /^(?!.*[\\/](mutationObserver|useMutation|infiniteQueryObserver|useInfiniteQuery|session)\.).*(node_modules[\\/](react|react-dom|scheduler|use-sync-external-store|lucide-react[\\/]dist[\\/]esm[\\/](?!icons)|@tanstack[\\/](react-router|router-core|history|store|react-store|react-query|query-core)|clsx)[\\/]|src[\\/]web[\\/](app|i18n|api|posters|format[\\/]format)|src[\\/]web[\\/]components[\\/](button|states|select|city-choice|poster|find-text)\.)/,
            },
          ],
        },
      },
    },
  },
})
