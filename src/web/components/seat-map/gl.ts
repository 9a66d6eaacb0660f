import type { Drawing } from './glyphs.ts'

/** The little of WebGL that the map needs. */
export type Program = { use: () => void; at: (name: string) => WebGLUniformLocation | null }

/** Does not wait for the compiler: asking how it went would. `use` asks, and throws where it failed. */
export function createProgram(gl: WebGL2RenderingContext, vertex: string, fragment: string): Program {
  const program = gl.createProgram()
  for (const [kind, source] of [
    [gl.VERTEX_SHADER, vertex],
    [gl.FRAGMENT_SHADER, fragment],
  ] as const) {
    const shader = gl.createShader(kind)!
    gl.shaderSource(shader, source)
    gl.compileShader(shader)
    gl.attachShader(program, shader)
  }
  gl.linkProgram(program)
  let checked = false
  const known = new Map<string, WebGLUniformLocation | null>()
  return {
    use() {
      if (!checked) check(gl, program)
      checked = true
      gl.useProgram(program)
    },
    at(name) {
      if (!known.has(name)) known.set(name, gl.getUniformLocation(program, name))
      return known.get(name)!
    },
  }
}

function check(gl: WebGL2RenderingContext, program: WebGLProgram): void {
  if (gl.getProgramParameter(program, gl.LINK_STATUS) || gl.isContextLost()) return
  const log = (gl.getAttachedShaders(program) ?? []).map((shader) => gl.getShaderInfoLog(shader)).join('\n')
  throw new Error(`A shader does not compile: ${log || gl.getProgramInfoLog(program)}`)
}

export type Attribute = {
  buffer: WebGLBuffer
  size: number
  type: number
  /** Read as integers by the shader. */
  integer?: boolean
  stride: number
  offset: number
}

/** Points the shader's attributes at their buffers, from location 0 on. */
export function bindAttributes(gl: WebGL2RenderingContext, attributes: readonly Attribute[]): void {
  attributes.forEach((a, location) => {
    gl.bindBuffer(gl.ARRAY_BUFFER, a.buffer)
    gl.enableVertexAttribArray(location)
    if (a.integer) gl.vertexAttribIPointer(location, a.size, a.type, a.stride, a.offset)
    else gl.vertexAttribPointer(location, a.size, a.type, false, a.stride, a.offset)
  })
}

/**
 * The four corners of many rectangles, two triangles each. Not instances of one rectangle: cards draw instances of four
 * corners badly, and the processor draws each of them as if it were alone.
 */
export class Quads {
  readonly #gl: WebGL2RenderingContext
  readonly #buffer: WebGLBuffer
  #count = 0

  constructor(gl: WebGL2RenderingContext) {
    this.#gl = gl
    this.#buffer = gl.createBuffer()
  }

  /** Corner `gl_VertexID & 3` of rectangle `gl_VertexID >> 2`. */
  draw(first: number, count: number): void {
    const gl = this.#gl
    gl.bindBuffer(gl.ELEMENT_ARRAY_BUFFER, this.#buffer)
    if (first + count > this.#count) this.#grow(first + count)
    gl.drawElements(gl.TRIANGLES, count * 6, gl.UNSIGNED_INT, first * 24)
  }

  #grow(count: number): void {
    const gl = this.#gl
    this.#count = count
    const corners = new Uint32Array(count * 6)
    for (let i = 0; i < count; i++) {
      const v = i * 4
      corners.set([v, v + 1, v + 2, v + 2, v + 1, v + 3], i * 6)
    }
    gl.bufferData(gl.ELEMENT_ARRAY_BUFFER, corners, gl.STATIC_DRAW)
  }
}

/** Each group of `each` numbers four times, once for every corner. */
export function forCorners<A extends Float32Array<ArrayBuffer> | Uint8Array<ArrayBuffer>>(
  values: A,
  each: number,
): A {
  const copies = new (values.constructor as new (length: number) => A)(values.length * 4)
  for (let from = 0; from < values.length; from += each) {
    const group = values.subarray(from, from + each)
    for (let corner = 0; corner < 4; corner++) copies.set(group, from * 4 + corner * each)
  }
  return copies
}

/** A table that a shader reads cell by cell. */
export function createTable(gl: WebGL2RenderingContext): WebGLTexture {
  const texture = gl.createTexture()
  gl.bindTexture(gl.TEXTURE_2D, texture)
  for (const name of [gl.TEXTURE_MIN_FILTER, gl.TEXTURE_MAG_FILTER])
    gl.texParameteri(gl.TEXTURE_2D, name, gl.NEAREST)
  return texture
}

export function createBuffer(
  gl: WebGL2RenderingContext,
  data: AllowSharedBufferSource,
  usage: number,
): WebGLBuffer {
  const buffer = gl.createBuffer()
  gl.bindBuffer(gl.ARRAY_BUFFER, buffer)
  gl.bufferData(gl.ARRAY_BUFFER, data, usage)
  return buffer
}

/** One channel, from a canvas drawn in white on black. */
export function createMaskTexture(gl: WebGL2RenderingContext, canvas: Drawing): WebGLTexture {
  const texture = gl.createTexture()
  gl.bindTexture(gl.TEXTURE_2D, texture)
  gl.pixelStorei(gl.UNPACK_ALIGNMENT, 1)
  gl.texImage2D(gl.TEXTURE_2D, 0, gl.R8, gl.RED, gl.UNSIGNED_BYTE, canvas)
  gl.generateMipmap(gl.TEXTURE_2D)
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.LINEAR_MIPMAP_LINEAR)
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAG_FILTER, gl.LINEAR)
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_S, gl.CLAMP_TO_EDGE)
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_T, gl.CLAMP_TO_EDGE)
  return texture
}
