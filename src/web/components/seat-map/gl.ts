/** The little of WebGL that the map needs. */
export type Program = { program: WebGLProgram; at: (name: string) => WebGLUniformLocation | null }

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
  if (!gl.getProgramParameter(program, gl.LINK_STATUS) && !gl.isContextLost()) {
    const log = (gl.getAttachedShaders(program) ?? []).map((shader) => gl.getShaderInfoLog(shader)).join('\n')
    throw new Error(`A shader does not compile: ${log || gl.getProgramInfoLog(program)}`)
  }
  const known = new Map<string, WebGLUniformLocation | null>()
  return {
    program,
    at: (name) => {
      if (!known.has(name)) known.set(name, gl.getUniformLocation(program, name))
      return known.get(name)!
    },
  }
}

export type Attribute = {
  location: number
  buffer: WebGLBuffer
  size: number
  type: number
  /** Read as integers by the shader. */
  integer?: boolean
  normalized?: boolean
  stride: number
  offset: number
  /** 1 where it belongs to an instance instead of a corner. */
  divisor?: 0 | 1
}

/** Points the attributes at their buffers, from instance `first` on. */
export function bindAttributes(
  gl: WebGL2RenderingContext,
  attributes: readonly Attribute[],
  first = 0,
): void {
  for (const a of attributes) {
    const offset = a.offset + (a.divisor ? first * a.stride : 0)
    gl.bindBuffer(gl.ARRAY_BUFFER, a.buffer)
    gl.enableVertexAttribArray(a.location)
    if (a.integer) gl.vertexAttribIPointer(a.location, a.size, a.type, a.stride, offset)
    else gl.vertexAttribPointer(a.location, a.size, a.type, a.normalized ?? false, a.stride, offset)
    gl.vertexAttribDivisor(a.location, a.divisor ?? 0)
  }
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
export function createMaskTexture(gl: WebGL2RenderingContext, canvas: HTMLCanvasElement): WebGLTexture {
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
