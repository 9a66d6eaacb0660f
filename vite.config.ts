import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

/** The browser's half of src/web. The server renders the same components from their sources (src/web/server). */
export default defineConfig({
  plugins: [react(), tailwindcss()],
  publicDir: 'src/web/public',
  build: {
    outDir: 'dist/web',
    emptyOutDir: true,
    manifest: true,
    target: 'es2022',
    modulePreload: { polyfill: false },
    // Fonts are files that can be preloaded and kept, never part of the style sheet.
    assetsInlineLimit: 0,
    rollupOptions: {
      input: ['src/web/client.tsx', 'src/web/service-worker.ts'],
      output: {
        // The worker's address stays the same: the browser asks there for a newer one, and it may serve every page.
        entryFileNames: ({ name }) =>
          name === 'service-worker' ? 'service-worker.js' : 'assets/[name]-[hash].js',
      },
    },
  },
})
