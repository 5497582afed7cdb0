import { describe, expect, it } from 'vitest'
import { fieldsOf } from './schema'

const SCHEMA = {
  $defs: {
    Restart: { type: 'object', properties: { delay: { type: 'number', minimum: 0, default: 1 } } },
  },
  properties: {
    threshold: {
      title: 'Threshold',
      type: 'number',
      minimum: 0,
      maximum: 1,
      default: 0.5,
      description: 'score',
    },
    share: { anyOf: [{ type: 'number', exclusiveMinimum: 0 }, { type: 'null' }], default: null },
    side: { enum: ['long', 'short'], type: 'string' },
    restart: { $ref: '#/$defs/Restart', description: 'after a crash' },
    levels: { type: 'array' },
  },
}

describe('fieldsOf', () => {
  const fields = fieldsOf(SCHEMA)
  const of = (name: string) => fields.find((field) => field.name === name)

  it('reads title, meaning, limits and default', () => {
    expect(of('threshold')).toMatchObject({
      label: 'Threshold',
      help: 'Score. From 0 to 1.',
      kind: 'number',
      initial: 0.5,
    })
  })

  it('knows what may be nothing', () => {
    expect(of('share')).toMatchObject({ kind: 'number', nullable: true, label: 'Share', help: 'Above 0.' })
  })

  it('offers the choices of an enumeration', () => {
    expect(of('side')).toMatchObject({ kind: 'choice', choices: ['long', 'short'] })
  })

  it('flattens objects that are defined elsewhere', () => {
    expect(of('restart.delay')).toMatchObject({ label: 'Delay', help: 'At least 0.', initial: 1 })
  })

  it('takes what it does not know as JSON', () => {
    expect(of('levels')?.kind).toBe('json')
  })
})
