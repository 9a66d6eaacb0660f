import { createProgram, Quads, type Program } from './gl.ts'
import * as shaders from './shaders.ts'

/** A look of the seats is the list of its features. */
export type ProgramName = 'shape' | 'line' | 'label' | 'rows' | readonly shaders.SeatFeature[]

/** What a hall looks like from afar, which is how people see it first, and what they may come to then. */
const FIRST: readonly ProgramName[] = ['shape', 'line', 'label', 'rows']
const LATER: readonly ProgramName[] = [
  ['dots'],
  ['seats'],
  ['seats', 'numbers'],
  ['far', 'seats', 'numbers', 'marks'],
]

/**
 * The programs of one WebGL context. Each is compiled beside everything else from the moment it is asked for, and
 * waited for when it is used first.
 */
export class Programs {
  readonly gl: WebGL2RenderingContext
  readonly quads: Quads
  readonly #made = new Map<string, Program>()

  constructor(gl: WebGL2RenderingContext) {
    this.gl = gl
    this.quads = new Quads(gl)
    for (const name of FIRST) this.get(name)
  }

  compileRest(): void {
    for (const name of LATER) this.get(name)
  }

  get(name: ProgramName): Program {
    const key = String(name)
    let program = this.#made.get(key)
    if (!program) {
      const { vertex, fragment } = sourceOf(name)
      this.#made.set(key, (program = createProgram(this.gl, vertex, fragment)))
    }
    return program
  }
}

function sourceOf(name: ProgramName): { vertex: string; fragment: string } {
  switch (name) {
    case 'shape':
      return { vertex: shaders.SHAPE_VERTEX, fragment: shaders.SHAPE_FRAGMENT }
    case 'line':
      return { vertex: shaders.LINE_VERTEX, fragment: shaders.LINE_FRAGMENT }
    case 'label':
      return { vertex: shaders.LABEL_VERTEX, fragment: shaders.LABEL_FRAGMENT }
    case 'rows':
      return { vertex: shaders.ROW_VERTEX, fragment: shaders.ROW_FRAGMENT }
    default:
      return shaders.seatShaders(name)
  }
}
