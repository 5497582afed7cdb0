/** What a JSON Schema says of one value. */
export interface Field {
  /** Path of the value, such as `restart.policy`. */
  name: string
  title: string
  description: string
  /** undefined where the schema has none. */
  usual: unknown
}

type Json = Readonly<Record<string, unknown>>

function isRecord(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The values that a schema describes, those of objects within it too, in its order. */
export function fieldsOf(schema: unknown): Field[] {
  if (!isRecord(schema)) return []
  const definitions = isRecord(schema.$defs) ? schema.$defs : {}
  return collect(schema, definitions, '')
}

function collect(schema: Json, definitions: Json, prefix: string): Field[] {
  if (!isRecord(schema.properties)) return []
  return Object.entries(schema.properties).flatMap(([key, told]) => {
    if (!isRecord(told)) return []
    const name = prefix + key
    const inner = resolved(told, definitions)
    if (isRecord(inner.properties)) return collect(inner, definitions, `${name}.`)
    return [
      {
        name,
        title: sentence(textOf(told.title) || key.replaceAll('_', ' ')),
        description: textOf(told.description),
        usual: told.default,
      },
    ]
  })
}

function resolved(told: Json, definitions: Json): Json {
  const reference = textOf(told.$ref).split('/').at(-1)
  const found = reference ? definitions[reference] : undefined
  return isRecord(found) ? found : told
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

/** "Max Delay" as it is written in the middle of a page: "Max delay". */
function sentence(title: string): string {
  return (
    title.charAt(0).toUpperCase() +
    title.slice(1).replaceAll(/ [A-Z](?=[a-z])/g, (word) => word.toLowerCase())
  )
}

/** The value at a path. */
export function valueAt(values: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((at, key) => (isRecord(at) ? at[key] : undefined), values)
}

/** Whether two values say the same; 1 and 1.0 do. */
export function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other)
}
