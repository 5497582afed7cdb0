import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import { fileURLToPath } from 'node:url'
import react from '@vitejs/plugin-react'
import { defineConfig, type Plugin } from 'vite'

const COMPRESSIBLE = /\.(js|css|html|svg|json)$/

/**
 * Writes .br and .gz beside everything that gets smaller by it; the API serves them as they are. It reads what was
 * written: while chunks are generated, Vite has not yet put in the names of those that are loaded on demand.
 */
function precompressed(): Plugin {
  return {
    name: 'precompressed',
    apply: 'build',
    enforce: 'post',
    writeBundle({ dir = '.' }, bundle) {
      for (const { fileName } of Object.values(bundle)) {
        if (!COMPRESSIBLE.test(fileName)) continue
        const path = join(dir, fileName)
        const bytes = readFileSync(path)
        const params = { [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length }
        writeFileSync(`${path}.br`, brotliCompressSync(bytes, { params }))
        writeFileSync(`${path}.gz`, gzipSync(bytes, { level: 9 }))
      }
    },
  }
}

export default defineConfig({
  plugins: [react(), precompressed()],
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  build: {
    outDir: '../api/pages',
    emptyOutDir: true,
    target: 'es2023',
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 800,
  },
  server: {
    // For work on the dashboard: `deploy/npm run dev` beside a running `make up`.
    proxy: Object.fromEntries(
      [
        'sessions',
        'markets',
        'strategies',
        'metrics',
        'about',
        'readyz',
        'healthz',
        'openapi.json',
        'docs',
      ].map((name) => [
        `/${name}`,
        {
          target: 'http://127.0.0.1:8000',
          ws: true,
          headers: { Origin: 'http://127.0.0.1:8000' },
          changeOrigin: true,
        },
      ]),
    ),
  },
})
