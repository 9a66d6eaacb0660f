import { Type } from 'typebox'

export const SuggestQuerySchema = Type.Object(
  {
    q: Type.String({
      maxLength: 200,
      description: 'What was typed so far; nothing completes nothing.',
      examples: ['beet'],
    }),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 20, description: '8 if it is left out.' })),
  },
  { additionalProperties: true },
)

export const SuggestionsSchema = Type.Object({
  items: Type.Array(
    Type.Object({
      text: Type.String({ description: 'What to search for: a `keyword`.' }),
      kind: Type.Enum(['event', 'performer', 'composer', 'work', 'venue', 'city']),
      count: Type.Integer({ description: 'Events that it is in, about.' }),
    }),
    { description: 'The most frequent first.' },
  ),
})
