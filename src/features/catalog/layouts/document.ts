import { Type, type Static } from 'typebox'

/**
 * A seating plan as a document: the pretix format (its JSON Schema, draft-07, and the older variants of it that lack
 * `size` and `uuid`), and Usher's superset of it, which is marked with *. Unknown members are kept for the export
 * and otherwise ignored.
 */
const Position = Type.Object({ x: Type.Number(), y: Type.Number() })
const Text = Type.String()
const Nullable = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) =>
  Type.Union([schema, Type.Null()])

const Category = Type.Object({ name: Type.String({ minLength: 1 }), color: Type.Optional(Text) })

const Seat = Type.Object({
  seat_guid: Type.String({ minLength: 1, maxLength: 200 }),
  seat_number: Text,
  position: Position,
  category: Text,
  radius: Type.Optional(Type.Number({ exclusiveMinimum: 0 })),
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
  rotation: Type.Optional(Type.Number()),
  color: Type.Optional(Text),
  border_color: Type.Optional(Text),
  shape: Type.Optional(Text),
  polygon: Type.Optional(Type.Object({ points: Type.Array(Position, { minItems: 2 }) })),
  rectangle: Type.Optional(Type.Object({ width: Type.Number(), height: Type.Number() })),
  ellipse: Type.Optional(Type.Object({ radius: Position })),
  circle: Type.Optional(Type.Object({ radius: Type.Number() })),
  text: Type.Optional(
    Type.Union([
      Text,
      Type.Object({
        text: Text,
        color: Type.Optional(Text),
        size: Type.Optional(Type.Number()),
        position: Type.Optional(Position),
      }),
    ]),
  ),
  /** Sizes of an area in the oldest variant, where it has no shape. */
  width: Type.Optional(Type.Number()),
  height: Type.Optional(Type.Number()),
  /** * */
  role: Type.Optional(Type.Enum(['stage', 'pitch', 'screen', 'wall', 'label', 'other'])),
  general_admission: Type.Optional(
    Type.Object({
      area_id: Type.String({ minLength: 1, maxLength: 200 }),
      name: Type.String({ minLength: 1 }),
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
  size: Type.Optional(Type.Object({ width: Type.Number(), height: Type.Number() })),
  /** * */
  seat_radius: Type.Optional(Type.Number({ exclusiveMinimum: 0 })),
  floors: Type.Optional(Type.Array(Text)),
  focal_point: Type.Optional(Nullable(Position)),
  background: Type.Optional(Type.Object({ image_url: Type.Optional(Text) })),
})

export type LayoutDocument = Static<typeof LayoutDocument>
export type DocumentZone = Static<typeof Zone>
export type DocumentArea = Static<typeof Area>
export type DocumentRow = Static<typeof Row>
export type DocumentSeat = Static<typeof Seat>
