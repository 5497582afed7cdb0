/** Fields of a form, read out of a JSON Schema. */

type Json = Readonly<Record<string, unknown>>

export type FieldKind = 'number' | 'integer' | 'boolean' | 'choice' | 'text' | 'json'

export interface SchemaField {
  /** Path within the schema's object: `threshold`, `restart.delay`. */
  name: string
  label: string
  /** What it means, and its limits. */
  help: string
  kind: FieldKind
  choices: readonly unknown[]
  nullable: boolean
  /** What it is where nothing is said; undefined where there is no default. */
  initial: unknown
}

/** The fields of an object's schema in their order; objects within it are flattened. */
export function fieldsOf(schema: Json): SchemaField[] {
  return within(schema, schema, '')
}

function within(schema: Json, root: Json, prefix: string): SchemaField[] {
  return Object.entries(objectOf(schema.properties)).flatMap(([name, value]) => {
    const told = resolved(objectOf(value), root)
    const path = `${prefix}${name}`
    return told.type === 'object' && told.properties ? within(told, root, `${path}.`) : [field(path, told)]
  })
}

function field(name: string, told: Json): SchemaField {
  const options = Array.isArray(told.anyOf) ? told.anyOf.map(objectOf) : []
  const real = options.filter((option) => option.type !== 'null')
  const nullable = options.length > real.length || (Array.isArray(told.type) && told.type.includes('null'))
  const rules = { ...(real.length === 1 ? real[0] : {}), ...told }
  const choices = Array.isArray(rules.enum) ? (rules.enum as unknown[]).filter((one) => one !== null) : []
  return {
    name,
    label: typeof told.title === 'string' ? told.title : titleOf(name),
    help: [sentence(told.description), limits(rules)].filter(Boolean).join(' '),
    kind: choices.length > 0 ? 'choice' : kindOf(rules.type),
    choices,
    nullable,
    initial: told.default,
  }
}

function kindOf(type: unknown): FieldKind {
  const types = (Array.isArray(type) ? (type as unknown[]) : [type]).filter((one) => one !== 'null')
  if (types.length !== 1) return 'json'
  switch (types[0]) {
    case 'number':
    case 'integer':
    case 'boolean':
      return types[0]
    case 'string':
      return 'text'
    default:
      return 'json'
  }
}

function limits(rules: Json): string {
  const low = bound(rules.minimum, 'from') ?? bound(rules.exclusiveMinimum, 'above')
  const high = bound(rules.maximum, 'to') ?? bound(rules.exclusiveMaximum, 'below')
  if (low && high) return sentence(`${low} ${high}`)
  if (low) return sentence(low.replace('from', 'at least'))
  return high ? sentence(high.replace('to', 'at most')) : ''
}

function bound(value: unknown, word: string): string | null {
  if (typeof value !== 'number') return null
  return `${word} ${new Intl.NumberFormat('en-US', { maximumSignificantDigits: 12 }).format(value)}`
}

function sentence(text: unknown): string {
  if (typeof text !== 'string' || text === '') return ''
  const begun = text.charAt(0).toUpperCase() + text.slice(1)
  return /[.!?]$/.test(begun) ? begun : `${begun}.`
}

/** `position_size` as Position Size. */
function titleOf(name: string): string {
  const last = name.split('.').at(-1) ?? name
  return last.replace(/_/g, ' ').replace(/\b\w/g, (letter) => letter.toUpperCase())
}

function resolved(told: Json, root: Json): Json {
  const { $ref: ref, ...rest } = told
  if (typeof ref !== 'string' || !ref.startsWith('#/')) return told
  const target = ref
    .slice(2)
    .split('/')
    .reduce<Json>((place, part) => objectOf(place[part]), root)
  return { ...target, ...rest }
}

export function objectOf(value: unknown): Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {}
}
