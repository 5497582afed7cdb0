import { readdirSync } from 'node:fs'
import js from '@eslint/js'
import reactHooks from 'eslint-plugin-react-hooks'
import ts from 'typescript-eslint'

const features = readdirSync(`${import.meta.dirname}/src/features`)

/** Which way imports go: app -> features -> shared; a feature never imports another one. */
function zone(files, ...forbidden) {
  return {
    files: [`${files}/**/*.{ts,tsx}`],
    rules: {
      'no-restricted-imports': [
        'error',
        { patterns: [{ group: forbidden, message: 'app -> features -> shared' }] },
      ],
    },
  }
}

export default ts.config(
  { ignores: ['node_modules', 'public', 'src/shared/api/schema.gen.ts'] },
  js.configs.recommended,
  ts.configs.strictTypeChecked,
  ts.configs.stylisticTypeChecked,
  reactHooks.configs.flat['recommended-latest'],
  { languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } } },
  {
    rules: {
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { attributes: false } }],
      '@typescript-eslint/consistent-type-definitions': 'off',
      'max-lines': ['error', { max: 250, skipBlankLines: true, skipComments: true }],
      'no-console': 'error',
    },
  },
  zone('src/shared', '@/app/*', '@/features/*', '**/app/**', '**/features/**'),
  ...features.map((name) =>
    zone(
      `src/features/${name}`,
      '@/app/*',
      '**/app/**',
      ...features
        .filter((other) => other !== name)
        .flatMap((other) => [
          `@/features/${other}/*`,
          `@/features/${other}`,
          `**/features/${other}/**`,
          `../../${other}/**`,
          `../${other}/**`,
        ]),
    ),
  ),
  { files: ['*.js'], extends: [ts.configs.disableTypeChecked] },
)
