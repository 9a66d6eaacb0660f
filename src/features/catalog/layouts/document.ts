import { Type, type Static } from 'typebox'

/**
 * A seating plan as a document: the pretix format (its JSON Schema, draft-07, and the older variants of it that lack
 * `size` and `uuid`), and Usher's superset of it, which is marked with *. Unknown members are kept for the export
 * and otherwise ignored.
 */
/** In layout units, about a centimetre: ten kilometres either way. Beyond that drawings lose their precision. */
const COORDINATE_MAX = 1_000_000
const TEXT_LENGTH_MAX = 1_000

const Coordinate = Type.Number({ minimum: -COORDINATE_MAX, maximum: COORDINATE_MAX })
const Size = Type.Number({ minimum: 0, maximum: COORDINATE_MAX })
const Position = Type.Object({ x: Coordinate, y: Coordinate })
const Text = Type.String({ maxLength: TEXT_LENGTH_MAX })
/** As in CSS: #rgb, #rrggbb, either with an alpha, or a colour's name. */
const Color = Type.String({
  pattern: '^(#([0-9a-fA-F]{3,4}|[0-9a-fA-F]{6}|[0-9a-fA-F]{8})|[a-zA-Z]{3,30})$',
  examples: ['#4a90d9'],
})
const Nullable = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) =>
  Type.Union([schema, Type.Null()])

const Category = Type.Object({
  name: Type.String({ minLength: 1, maxLength: TEXT_LENGTH_MAX }),
  color: Type.Optional(Color),
})

const Seat = Type.Object({
  seat_guid: Type.String({ minLength: 1, maxLength: 200 }),
  seat_number: Text,
  position: Position,
  category: Text,
  radius: Type.Optional(Type.Number({ exclusiveMinimum: 0, maximum: COORDINATE_MAX })),
  /** * */
  accessible: Type.Optional(Type.Boolean()),
  companion: Type.Optional(Type.Boolean()),
  restricted_view: Type.Optional(Type.Boolean()),
})

const Row = Type.Object({
  row_number: Text,
  row_label: Type.Optional(Nullable(Text)),
  seat_label: Type.Optional(Nullable(Text)),
  seats: Type.Array(Seat),
  position: Type.Optional(Position),
})

const Area = Type.Object({
  position: Type.Optional(Position),
  rotation: Type.Optional(Type.Number({ minimum: -36_000, maximum: 36_000 })),
  color: Type.Optional(Color),
  border_color: Type.Optional(Color),
  shape: Type.Optional(Text),
  polygon: Type.Optional(Type.Object({ points: Type.Array(Position, { minItems: 2 }) })),
  rectangle: Type.Optional(Type.Object({ width: Size, height: Size })),
  ellipse: Type.Optional(Type.Object({ radius: Position })),
  circle: Type.Optional(Type.Object({ radius: Size })),
  text: Type.Optional(
    Type.Union([
      Text,
      Type.Object({
        text: Text,
        color: Type.Optional(Color),
        size: Type.Optional(Size),
        position: Type.Optional(Position),
      }),
    ]),
  ),
  /** Sizes of an area in the oldest variant, where it has no shape. */
  width: Type.Optional(Size),
  height: Type.Optional(Size),
  /** * */
  role: Type.Optional(Type.Enum(['stage', 'pitch', 'screen', 'wall', 'label', 'other'])),
  general_admission: Type.Optional(
    Type.Object({
      area_id: Type.String({ minLength: 1, maxLength: 200 }),
      name: Type.String({ minLength: 1, maxLength: TEXT_LENGTH_MAX }),
      capacity: Type.Integer({ minimum: 1, maximum: 1_000_000 }),
      category: Text,
    }),
  ),
})

const Zone = Type.Object({
  name: Type.Optional(Text),
  position: Type.Optional(Position),
  rows: Type.Optional(Type.Array(Row)),
  areas: Type.Optional(Type.Array(Area)),
  /** * */
  floor: Type.Optional(Text),
  door: Type.Optional(Text),
})

export const LayoutDocument = Type.Object({
  name: Text,
  categories: Type.Array(Category),
  zones: Type.Array(Zone),
  size: Type.Optional(Type.Object({ width: Size, height: Size })),
  /** * */
  seat_radius: Type.Optional(Type.Number({ exclusiveMinimum: 0, maximum: COORDINATE_MAX })),
  floors: Type.Optional(Type.Array(Text)),
  focal_point: Type.Optional(Nullable(Position)),
  background: Type.Optional(Type.Object({ image_url: Type.Optional(Text) })),
})

export type LayoutDocument = Static<typeof LayoutDocument>
export type DocumentZone = Static<typeof Zone>
export type DocumentArea = Static<typeof Area>
export type DocumentRow = Static<typeof Row>
export type DocumentSeat = Static<typeof Seat>
