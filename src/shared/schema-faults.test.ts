import { expect, test } from 'bun:test'
import { Type, type TSchema } from 'typebox'
import { Compile } from 'typebox/compile'
import { schemaFaults, type SchemaError } from './schema-faults.ts'

function told(schema: TSchema, value: unknown): unknown {
  const validator = Compile(schema)
  expect(validator.Check(value)).toBe(false)
  return schemaFaults(validator.Type(), validator.Errors(value) as Iterable<SchemaError>).map(
    ({ at, message }) => `${at} ${message}`,
  )
}

test('a regular expression is told by its examples and what it means', () => {
  const near = Type.String({
    pattern: '^\\d{1,2},\\d{1,3}$',
    description: 'Latitude and longitude in degrees.',
    examples: ['40.77,-73.98'],
  })
  expect(told(Type.Object({ near }), { near: '999,999' })).toEqual([
    '/near must have the form of 40.77,-73.98 (Latitude and longitude in degrees)',
  ])
  expect(told(Type.Object({ a: Type.String({ pattern: '^a$' }) }), { a: 'b' })).toEqual([
    '/a does not have the form that is asked for',
  ])
})

test('one place that fits none of several choices gets one sentence with the choices', () => {
  const sort = Type.Union(['date', 'name', 'price'].map((word) => Type.Literal(word)))
  expect(told(Type.Object({ sort }), { sort: 'x' })).toEqual(['/sort must be date, name or price'])
  expect(told(Type.Object({ sort: Type.Enum(['a', 'b']) }), { sort: 'x' })).toEqual(['/sort must be a or b'])
  const amount = Type.Union([
    Type.Number(),
    Type.String({ pattern: '^\\d+$', examples: ['12.50'] }),
    Type.Null(),
  ])
  expect(told(Type.Object({ amount }), { amount: 'x' })).toEqual([
    '/amount must be number or must have the form of 12.50',
  ])
  const seat = Type.Union([Type.Null(), Type.Object({ seat_id: Type.String() })])
  expect(told(Type.Object({ seat }), { seat: { seat_id: 1 } })).toEqual(['/seat/seat_id must be string'])
})

test('of a union those branches are heard that the value comes closest to', () => {
  const amount = Type.Integer({ minimum: 0 })
  const prices = Type.Record(
    Type.String(),
    Type.Union([amount, Type.Record(Type.String(), Type.Union([amount, Type.Null()]))]),
  )
  expect(told(prices, { Stalls: { adult: -5 } })).toEqual(['/Stalls/adult must be 0 or more'])
  expect(told(prices, { Stalls: -5 })).toEqual(['/Stalls must be 0 or more'])
  expect(told(prices, { Stalls: 'x' })).toEqual(['/Stalls must be integer or object'])
  const which = Type.Union([
    Type.Array(Type.Integer()),
    Type.Object({ kind: Type.Literal('row'), row: Type.String() }),
    Type.Object({ kind: Type.Literal('area'), size: Type.Integer() }),
  ])
  expect(told(which, { kind: 'area', size: 'x' })).toEqual(['/size must be integer'])
  expect(told(which, { kind: 'area' })).toEqual([' needs size'])
  expect(told(which, { kind: 'box', row: 'A', size: 1 })).toEqual(['/kind must be row or area'])
  expect(told(which, [1, 'x'])).toEqual(['/1 must be integer'])
})

test('bounds are words, and what is missing or unknown is named', () => {
  const schema = Type.Object(
    { n: Type.Integer({ minimum: 1, maximum: 100 }), m: Type.Optional(Type.Number({ exclusiveMinimum: 0 })) },
    { additionalProperties: false },
  )
  expect(told(schema, { n: 0 })).toEqual(['/n must be 1 or more'])
  expect(told(schema, { n: 101, m: 0 })).toEqual(['/n must be 100 or less', '/m must be more than 0'])
  expect(told(schema, {})).toEqual([' needs n'])
  expect(told(schema, { n: 1, o: 1 })).toEqual([' does not know o'])
})
