import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import { fileURLToPath } from 'node:url'
import react from '@vitejs/plugin-react'
import { defineConfig, type Plugin } from 'vite'

const COMPRESSIBLE = /\.(js|css|html|svg|json)$/

/** Writes .br and .gz beside everything that gets smaller by it; the API serves them as they are. */
function precompressed(): Plugin {
  return {
    name: 'precompressed',
    apply: 'build',
    enforce: 'post',
    generateBundle(_options, bundle) {
      for (const file of Object.values(bundle)) {
        if (!COMPRESSIBLE.test(file.fileName)) continue
        const bytes = Buffer.from(file.type === 'chunk' ? file.code : file.source)
        const params = { [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length }
        this.emitFile({
          type: 'asset',
          fileName: `${file.fileName}.br`,
          source: brotliCompressSync(bytes, { params }),
        })
        this.emitFile({
          type: 'asset',
          fileName: `${file.fileName}.gz`,
          source: gzipSync(bytes, { level: 9 }),
        })
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
