import { objectOf, type SchemaField } from './schema'

/** What is typed, by the name of its field. */
export type Texts = Readonly<Record<string, string>>

/** A value as it stands in a field. */
export function textOf(value: unknown): string {
  if (value === null || value === undefined) return ''
  if (typeof value === 'number') return plainNumber(value)
  return typeof value === 'string' ? value : JSON.stringify(value)
}

/** A number without an exponent: 0.000001, not 1e-6. */
function plainNumber(value: number): string {
  const text = String(value)
  if (!text.includes('e')) return text
  return value.toLocaleString('en-US', { maximumFractionDigits: 20, useGrouping: false })
}

export type Parsed = { value: unknown } | { problem: string }

/** What a text means for its field. Nothing typed means the default. */
export function parse(field: SchemaField, text: string): Parsed {
  const typed = text.trim()
  if (typed === '') return { value: field.nullable ? null : field.initial }
  switch (field.kind) {
    case 'number':
    case 'integer':
      return parseNumber(typed, field.kind === 'integer')
    case 'boolean':
      return { value: typed === 'true' }
    case 'choice':
      return { value: field.choices.find((one) => textOf(one) === text) ?? text }
    case 'text':
      return { value: text }
    case 'json':
      return parseJson(typed)
  }
}

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i

function parseNumber(typed: string, whole: boolean): Parsed {
  if (/^[+-]?\d+,\d+$/.test(typed)) return { problem: 'Write the decimals behind a point, as in 0.5.' }
  const value = Number(typed)
  if (!NUMBER.test(typed) || !Number.isFinite(value)) return { problem: 'This is no number.' }
  return whole && !Number.isInteger(value) ? { problem: 'This takes a whole number.' } : { value }
}

function parseJson(typed: string): Parsed {
  try {
    return { value: JSON.parse(typed) as unknown }
  } catch {
    return { problem: 'This is no JSON.' }
  }
}

/** Values of all fields as an object, and what cannot be understood, by path. Paths begin with `prefix`. */
export function readAll(fields: readonly SchemaField[], texts: Texts, prefix: string) {
  const values: Record<string, unknown> = {}
  const problems = new Map<string, string>()
  for (const field of fields) {
    const parsed = parse(field, texts[field.name] ?? textOf(field.initial))
    if ('problem' in parsed) problems.set(`${prefix}.${field.name}`, parsed.problem)
    else if (parsed.value !== undefined) put(values, field.name.split('.'), parsed.value)
  }
  return { values, problems }
}

function put(values: Record<string, unknown>, path: readonly string[], value: unknown): void {
  const [first = '', ...rest] = path
  if (rest.length === 0) {
    values[first] = value
    return
  }
  const inner: Record<string, unknown> = { ...objectOf(values[first]) }
  put(inner, rest, value)
  values[first] = inner
}

/** Stored values as texts of the fields. */
export function textsOf(fields: readonly SchemaField[], values: unknown): Texts {
  const found: [string, string][] = []
  for (const { name } of fields) {
    const value = name.split('.').reduce<unknown>((place, part) => objectOf(place)[part], values)
    if (value !== undefined) found.push([name, textOf(value)])
  }
  return Object.fromEntries(found)
}
