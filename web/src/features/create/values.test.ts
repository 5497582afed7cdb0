import { describe, expect, it } from 'vitest'
import { fieldsOf } from './schema'
import { parse, readAll, textOf, textsOf } from './values'

const FIELDS = fieldsOf({
  properties: {
    size: { type: 'integer', default: 100 },
    rate: { type: 'number', default: 0.5 },
    share: { anyOf: [{ type: 'number' }, { type: 'null' }], default: null },
    short: { type: 'boolean', default: true },
    restart: { type: 'object', properties: { limit: { type: 'integer', default: 10 } } },
  },
})

describe('values of a form', () => {
  it.each([
    ['0.25', { value: 0.25 }],
    ['  -3 ', { value: -3 }],
    ['1e-3', { value: 0.001 }],
    ['0,5', { problem: 'Write the decimals behind a point, as in 0.5.' }],
    ['half', { problem: 'This is no number.' }],
    ['1e999', { problem: 'This is no number.' }],
    ['0x10', { problem: 'This is no number.' }],
  ])('reads %s as a number or says why not', (text, expected) => {
    const [, rate] = FIELDS
    expect(rate && parse(rate, text)).toEqual(expected)
  })

  it('takes the default for nothing, and null where that is allowed', () => {
    expect(readAll(FIELDS, { size: '', share: '', rate: '2' }, 'p').values).toEqual({
      size: 100,
      rate: 2,
      share: null,
      short: true,
      restart: { limit: 10 },
    })
  })

  it('names what it cannot read by its path and leaves it out', () => {
    const { values, problems } = readAll(FIELDS, { size: '1.5', 'restart.limit': 'x' }, 'settings')
    expect([...problems.keys()]).toEqual(['settings.size', 'settings.restart.limit'])
    expect(values).not.toHaveProperty('size')
  })

  it('writes values as they are typed', () => {
    expect([0.00055, 1e-7, 100, null, true, 'path'].map(textOf)).toEqual([
      '0.00055',
      '0.0000001',
      '100',
      '',
      'true',
      'path',
    ])
    expect(textsOf(FIELDS, { size: 7, restart: { limit: 3 } })).toEqual({ size: '7', 'restart.limit': '3' })
  })
})
