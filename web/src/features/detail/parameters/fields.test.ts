import { expect, test } from 'vitest'
import { grouped } from '@/shared/sessions/settingGroups'
import { fieldsOf, isSame, valueAt } from './fields'

const schema = {
  $defs: {
    Restart: { properties: { max_delay: { default: 60, title: 'Max Delay', description: 'longest' } } },
  },
  properties: {
    leverage: { default: 1, title: 'Leverage' },
    restart: { $ref: '#/$defs/Restart', description: 'what happens' },
    odd: {},
  },
}

test('fields of a schema are told with those of objects within', () => {
  expect(fieldsOf(schema)).toEqual([
    { name: 'leverage', title: 'Leverage', description: '', usual: 1 },
    { name: 'restart.max_delay', title: 'Max delay', description: 'longest', usual: 60 },
    { name: 'odd', title: 'Odd', description: '', usual: undefined },
  ])
  expect(fieldsOf(null)).toEqual([])
})

test('values are found by their path', () => {
  expect(valueAt({ restart: { max_delay: 5 } }, 'restart.max_delay')).toBe(5)
  expect(valueAt({}, 'restart.max_delay')).toBeUndefined()
})

test('settings are grouped, new ones last', () => {
  expect(grouped(fieldsOf(schema)).map(({ title, fields }) => [title, fields.length])).toEqual([
    ['Account', 1],
    ['After a crash', 1],
    ['Other', 1],
  ])
})

test('a value that equals its default is the same', () => {
  expect(isSame(1.0, 1)).toBe(true)
  expect(isSame([1], [2])).toBe(false)
})
