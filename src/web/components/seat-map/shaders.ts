/** Bits of a seat's mark, beside its status. */
export const MARK_CHOSEN = 1
export const MARK_OFFERED = 2
export const MARK_LOST = 4
export const MARK_FOCUS = 8

/** Glyphs of seat numbers stand in a grid of this many columns and rows; code 0 is empty. */
export const GLYPH_COLUMNS = 16
/** Height of the letters in the atlas of seat numbers. */
export const GLYPH_PIXELS = 44

/** Categories that have a bit in the filter and a place in the palette. */
export const CATEGORIES_MAX = 32

/** Seats in a row of the textures that hold what is known of them; a power of two. */
export const SEATS_WIDTH = 512

/**
 * What a seat's shader can show. Each look is a program of its own: where the processor draws in place of a graphics
 * card, every line of a shader costs time for every pixel, whether it is needed or not.
 */
export type SeatFeature = 'far' | 'dots' | 'seats' | 'numbers' | 'patterns' | 'marks'

/** Both stages of the seats' program, with just these features. */
export function seatShaders(features: readonly SeatFeature[]): { vertex: string; fragment: string } {
  const head = `#version 300 es\n${features.map((name) => `#define ${name.toUpperCase()}\n`).join('')}`
  return { vertex: head + SEAT_VERTEX, fragment: head + SEAT_FRAGMENT }
}

const SEAT_VERTEX = `precision highp float;
uniform highp sampler2D places;           // of each seat
uniform highp usampler2D kinds;           // section low, section high, category, flags
uniform highp usampler2D states;          // status, mark
#ifdef NUMBERS
uniform highp usampler2D numbers;
#endif
uniform vec2 view;                        // device pixels
uniform vec3 camera;                      // x, y, device pixels a unit
uniform float radius;                     // of a seat, device pixels
uniform float blobRadius;
uniform float blob;                       // 1 far away: sections as one shape
uniform float pixel;                      // device pixels a CSS pixel
uniform uint categoriesOn;
uniform uint flagsWanted;
uniform uint flagsBarred;
uniform int hotSection;
uniform sampler2D shares;                 // what is left of each section, 0 to 1
uniform vec3 palette[${CATEGORIES_MAX}];
uniform uint figures[${CATEGORIES_MAX}];
uniform vec3 ground;
uniform vec3 line;                        // quiet outlines
uniform vec3 text;
out vec2 at;
flat out float r;
flat out uint st;
flat out uint accessible;
flat out vec4 own;                        // colour, and how strong it is under the filter
#ifdef FAR
flat out vec3 shade;
#endif
#ifdef NUMBERS
flat out uvec4 codes;
#endif
#ifdef PATTERNS
flat out uint figure;
#endif
#ifdef MARKS
flat out uint mk;
#endif
void main() {
  int id = gl_VertexID >> 2;
  vec2 corner = vec2(float(gl_VertexID & 1), float((gl_VertexID >> 1) & 1)) * 2.0 - 1.0;
  ivec2 cell = ivec2(id & ${SEATS_WIDTH - 1}, id / ${SEATS_WIDTH});
  vec2 place = texelFetch(places, cell, 0).rg;
  uvec4 kind = texelFetch(kinds, cell, 0);
  uvec4 state = texelFetch(states, cell, 0);
  uint flags = kind.w;
  uint category = kind.z % ${CATEGORIES_MAX}u;
  bool fits = (categoriesOn & (1u << (kind.z & 31u))) != 0u && (flagsWanted == 0u || (flags & flagsWanted) != 0u) && (flags & flagsBarred) == 0u;
  st = state.r;
  accessible = flags & 1u;
  own = vec4(palette[category], fits ? 1.0 : 0.2);
#ifdef FAR
  // How much of the section is left, in the category's colour.
  uint section = kind.x | (kind.y << 8);
  float share = texelFetch(shares, ivec2(int(section & 255u), int(section >> 8)), 0).r;
  float left = share <= 0.0 ? 0.0 : 0.2 + 0.8 * sqrt(share);
  shade = mix(mix(ground, line, 0.55), own.rgb, left * (fits ? 1.0 : 0.12));
  shade = mix(shade, text, int(section) == hotSection ? 0.16 : 0.0);
#endif
#ifdef NUMBERS
  codes = texelFetch(numbers, cell, 0);
#endif
#ifdef PATTERNS
  figure = figures[category];
#endif
  float wide = radius;
  float rim = 1.0;
  float wideFar = radius;
#ifdef DOTS
  // Too small for rings and hatching: held is paler, sold smaller.
  if (st > 1u) own = vec4(line, 0.75);
  else if (st == 1u) own.a *= 0.45;
  own = vec4(own.rgb, 1.0) * (own.a * (1.0 - blob));
  if (st > 1u) wide = wideFar = radius * 0.42;
#endif
#ifdef MARKS
  wideFar = max(blobRadius, 0.9 * pixel);
  mk = state.g;
  if ((mk & 11u) != 0u) {
    wide = max(radius * 1.16, 5.0 * pixel);
    wideFar = wide;
    rim = max(wide * 0.55, 4.0 * pixel);
  }
#endif
  r = mix(wide, wideFar, blob);
  float reach = r + rim;
  at = corner * reach;
  vec2 px = (place - camera.xy) * camera.z + corner * reach;
  gl_Position = vec4(px / view * vec2(2.0, -2.0), 0.0, 1.0);
}`

const SEAT_FRAGMENT = `precision highp float;
in vec2 at;
flat in float r;
flat in uint st;
flat in uint accessible;
flat in vec4 own;
#ifdef FAR
flat in vec3 shade;
#endif
#ifdef NUMBERS
flat in uvec4 codes;
uniform vec4 glyphBox;                    // cell width and height in the atlas, advance and height in letter heights
uniform sampler2D atlas;
#endif
#ifdef PATTERNS
flat in uint figure;
#endif
#ifdef MARKS
flat in uint mk;
uniform vec3 text;
uniform vec3 beam;
uniform vec3 onBeam;
uniform vec3 danger;
uniform float pulse;
#endif
uniform vec3 line;                        // quiet outlines
uniform vec3 ink;                         // numbers and figures on a free seat
uniform float blob;
uniform float pixel;
uniform float near;                       // 1 where numbers can be read
out vec4 color;

float disc(float d, float edge) { return clamp(edge - d + 0.5, 0.0, 1.0); }
float boxed(vec2 p, float half_, float corner_) {
  vec2 q = abs(p) - (half_ - corner_);
  return length(max(q, 0.0)) + min(max(q.x, q.y), 0.0) - corner_;
}
#ifdef NUMBERS
float number(vec2 p) {
  float n = codes.y == 0u ? 1.0 : codes.z == 0u ? 2.0 : codes.w == 0u ? 3.0 : 4.0;
  float size = r * min(1.06, 1.62 / (n * glyphBox.z));
  vec2 u = p / size;
  float x = u.x / glyphBox.z + n * 0.5;
  float y = u.y / glyphBox.w + 0.5;
  if (x < 0.0 || x >= n || y < 0.0 || y >= 1.0) return 0.0;
  int i = int(x);
  uint code = i == 0 ? codes.x : i == 1 ? codes.y : i == 2 ? codes.z : codes.w;
  vec2 cell = vec2(float(code % ${GLYPH_COLUMNS}u), float(code / ${GLYPH_COLUMNS}u));
  // By hand: at the seam between two cells the automatic choice would take the smallest copy.
  float lod = max(0.0, log2(float(${GLYPH_PIXELS}) / size) - 0.25);
  return textureLod(atlas, (cell + vec2(fract(x), y)) * glyphBox.xy, lod).r;
}
#endif
#ifdef PATTERNS
// Marks for eyes that do not tell the colours apart: none, bar, dot, upright, ring, slash; then lower half, plus, left
// half, cross, backslash, two bars.
float pattern(vec2 p) {
  float w = max(r * 0.17, 0.7);
  if (figure == 1u) return disc(abs(p.y), w);
  if (figure == 2u) return disc(length(p), r * 0.36);
  if (figure == 3u) return disc(abs(p.x), w);
  if (figure == 4u) return disc(abs(length(p) - r * 0.52), w * 0.8);
  if (figure == 5u) return disc(abs(p.x + p.y) * 0.7071, w);
  if (figure == 6u) return disc(length(p), r * 0.62) * disc(-p.y, 0.0);
  if (figure == 7u) return disc(min(abs(p.x), abs(p.y)), w);
  if (figure == 8u) return disc(length(p), r * 0.62) * disc(p.x, 0.0);
  if (figure == 9u) return disc(min(abs(p.x + p.y), abs(p.x - p.y)) * 0.7071, w);
  if (figure == 10u) return disc(abs(p.x - p.y) * 0.7071, w);
  if (figure == 11u) return disc(abs(abs(p.y) - r * 0.45), w);
  return 0.0;
}
#endif
#ifdef MARKS
float segment(vec2 p, vec2 a, vec2 b) {
  vec2 pa = p - a, ba = b - a;
  return length(pa - ba * clamp(dot(pa, ba) / dot(ba, ba), 0.0, 1.0));
}
#endif
void main() {
  float d = length(at);
  vec4 c = vec4(0.0);
#ifdef DOTS
  c = own * disc(d, r);
#endif
#ifdef SEATS
  // An accessible place is a square with round corners, so that it is found without its colour.
  float edge = accessible != 0u ? boxed(at, r * 0.94, r * 0.3) + r : d;
  if (st == 0u) {
    vec3 fill = own.rgb;
#ifdef PATTERNS
    if (near < 0.5) fill = mix(fill, ink, pattern(at) * step(2.2 * pixel, r));
#endif
#ifdef NUMBERS
    fill = mix(fill, ink, near * number(at));
#endif
    c = vec4(fill, 1.0) * disc(edge, r) * own.a;
  } else if (st == 1u) {
    float w = max(r * 0.12, 0.55 * pixel);
    float ring = disc(abs(edge - (r - w)), w);
    float stripe = disc(abs(fract((at.x + at.y) / (r * 0.62)) - 0.5) * r * 0.62, r * 0.1) * disc(edge, r - w);
    c = vec4(own.rgb, 1.0) * max(ring, stripe * 0.8) * own.a * mix(0.55, 0.9, near);
  } else {
    float w = max(r * 0.055, 0.5 * pixel);
    float ring = disc(abs(edge - (r - w)), w);
    float spot = disc(edge, r * 0.42);
    c = vec4(line, 1.0) * mix(spot * 0.75, ring, smoothstep(3.2, 6.5, r / pixel));
  }
#ifdef FAR
  c = mix(c, vec4(shade, 1.0) * disc(d, r), blob);
#else
  c *= 1.0 - blob;
#endif
#endif
#ifdef MARKS
  if ((mk & ${MARK_CHOSEN}u) != 0u) {
    float body = disc(edge, r);
    float ring = disc(abs(d - r * 1.3), max(r * 0.09, 0.8 * pixel)) * smoothstep(0.0, 0.6, 1.0 - blob);
    c = vec4(beam, 1.0) * max(body, ring);
    vec2 p = at / r;
    float tick = min(segment(p, vec2(-0.38, 0.03), vec2(-0.1, 0.31)), segment(p, vec2(-0.1, 0.31), vec2(0.42, -0.28)));
    float t = clamp((0.115 - tick) * r + 0.5, 0.0, 1.0) * step(4.0 * pixel, r) * body;
    c = mix(c, vec4(onBeam, 1.0), t);
  } else {
    if ((mk & ${MARK_LOST}u) != 0u) {
      float ring = disc(abs(d - r), max(r * 0.1, 1.0 * pixel));
      float cross = min(segment(at / r, vec2(-0.4), vec2(0.4)), segment(at / r, vec2(-0.4, 0.4), vec2(0.4, -0.4)));
      c = mix(c, vec4(danger, 1.0), max(ring, clamp((0.1 - cross) * r + 0.5, 0.0, 1.0)));
    }
    if ((mk & ${MARK_OFFERED}u) != 0u) {
      float grown = r * (1.28 + 0.1 * pulse);
      c = mix(c, vec4(beam, 1.0), disc(abs(d - grown), max(r * 0.09, 1.0 * pixel)));
    }
  }
  if ((mk & ${MARK_FOCUS}u) != 0u) {
    c = mix(c, vec4(text, 1.0), disc(abs(d - r * 1.32), max(r * 0.08, 1.0 * pixel)));
  }
#endif
  color = c;
}`

/** Sections from far away: rows as thick lines that flow together, in the shade of what is left of their section. */
export const ROW_VERTEX = `#version 300 es
precision highp float;
layout(location = 0) in vec4 ends;
layout(location = 1) in uvec4 kind;       // section low, section high, category, flags
uniform vec2 view;
uniform vec3 camera;
uniform float pixel;
uniform float blobRadius;
uniform uint categoriesOn;
uniform uint flagsWanted;
uniform uint flagsBarred;
uniform int hotSection;
uniform sampler2D shares;
uniform vec3 palette[${CATEGORIES_MAX}];
uniform vec3 ground;
uniform vec3 line;
uniform vec3 text;
out vec2 at;                              // along and across, device pixels
flat out float len;
flat out float r;
flat out vec3 shade;
void main() {
  vec2 corner = vec2(float(gl_VertexID & 1), float(gl_VertexID & 2) - 1.0);
  uint section = kind.x | (kind.y << 8);
  float share = texelFetch(shares, ivec2(int(section & 255u), int(section >> 8)), 0).r;
  float left = share <= 0.0 ? 0.0 : 0.2 + 0.8 * sqrt(share);
  bool fits = (categoriesOn & (1u << (kind.z & 31u))) != 0u && (flagsWanted == 0u || (kind.w & flagsWanted) != 0u) && (kind.w & flagsBarred) == 0u;
  shade = mix(mix(ground, line, 0.55), palette[kind.z % ${CATEGORIES_MAX}u], left * (fits ? 1.0 : 0.12));
  shade = mix(shade, text, int(section) == hotSection ? 0.16 : 0.0);
  r = max(blobRadius, 0.9 * pixel);
  vec2 a = (ends.xy - camera.xy) * camera.z;
  vec2 b = (ends.zw - camera.xy) * camera.z;
  len = length(b - a);
  vec2 dir = len > 0.0 ? (b - a) / len : vec2(1.0, 0.0);
  float reach = r + 1.0;
  at = vec2(mix(-reach, len + reach, corner.x), corner.y * reach);
  vec2 px = a + dir * at.x + vec2(-dir.y, dir.x) * at.y;
  gl_Position = vec4(px / view * vec2(2.0, -2.0), 0.0, 1.0);
}`

export const ROW_FRAGMENT = `#version 300 es
precision mediump float;
in highp vec2 at;
flat in highp float len;
flat in highp float r;
flat in vec3 shade;
uniform float blob;
out vec4 color;
void main() {
  highp float d = length(vec2(max(max(-at.x, at.x - len), 0.0), at.y));
  color = vec4(shade, 1.0) * (clamp(r - d + 0.5, 0.0, 1.0) * blob);
}`

/** Filled shapes: triangles in layout units. */
export const SHAPE_VERTEX = `#version 300 es
precision highp float;
layout(location = 0) in vec2 place;
layout(location = 1) in vec4 paint;
uniform vec2 view;
uniform vec3 camera;
out vec4 fill;
void main() {
  fill = paint;
  gl_Position = vec4((place - camera.xy) * camera.z / view * vec2(2.0, -2.0), 0.0, 1.0);
}`

export const SHAPE_FRAGMENT = `#version 300 es
precision highp float;
in vec4 fill;
out vec4 color;
void main() { color = vec4(fill.rgb, 1.0) * fill.a; }`

/** Lines of even width on the screen with soft edges: they also smooth the borders of filled shapes. */
export const LINE_VERTEX = `#version 300 es
precision highp float;
layout(location = 0) in vec4 ends;
layout(location = 1) in vec4 paint;
layout(location = 2) in float width;      // CSS pixels
uniform vec2 view;
uniform vec3 camera;
uniform float pixel;
out float across;
flat out float half_;
flat out vec4 stroke;
void main() {
  vec2 corner = vec2(float(gl_VertexID & 1), float(gl_VertexID & 2) - 1.0);
  vec2 a = (ends.xy - camera.xy) * camera.z;
  vec2 b = (ends.zw - camera.xy) * camera.z;
  vec2 along = b - a;
  float len = max(length(along), 1e-4);
  vec2 dir = along / len;
  half_ = width * pixel * 0.5;
  float reach = half_ + 1.0;
  vec2 px = mix(a - dir * half_ * 0.5, b + dir * half_ * 0.5, corner.x) + vec2(-dir.y, dir.x) * corner.y * reach;
  across = corner.y * reach;
  stroke = paint;
  gl_Position = vec4(px / view * vec2(2.0, -2.0), 0.0, 1.0);
}`

export const LINE_FRAGMENT = `#version 300 es
precision highp float;
in float across;
flat in float half_;
flat in vec4 stroke;
out vec4 color;
void main() { color = vec4(stroke.rgb, 1.0) * stroke.a * clamp(half_ - abs(across) + 0.5, 0.0, 1.0); }`

/** Letters and the pills behind them: quads at a place of the hall, of a size on the screen or in the hall. */
export const LABEL_VERTEX = `#version 300 es
precision highp float;
layout(location = 0) in vec2 anchor;
layout(location = 1) in vec4 box;         // x, y, width, height beside the anchor: CSS pixels, or layout units
layout(location = 2) in vec4 glyph;       // the same in the atlas, in texels; width 0 is a pill
layout(location = 3) in vec4 paint;
layout(location = 4) in vec4 rule;        // least and greatest scale, 1 for layout units, rotation
uniform vec2 view;
uniform vec3 camera;
uniform float pixel;
uniform vec2 atlasSize;
out vec2 uv;
out vec2 inside;
flat out vec2 size;
flat out float pill;
flat out vec4 tint;
void main() {
  vec2 corner = vec2(float(gl_VertexID & 1), float((gl_VertexID >> 1) & 1));
  float scale = camera.z / pixel;
  float seen = step(rule.x, scale) * (1.0 - step(rule.y, scale));
  float unit = rule.z > 0.5 ? camera.z : pixel;
  vec2 origin = (anchor - camera.xy) * camera.z;
  vec2 offset = (box.xy + corner * box.zw) * unit;
  float c = cos(rule.w), s = sin(rule.w);
  vec2 px = origin + mat2(c, s, -s, c) * offset;
  // Small letters stand on whole pixels, or they blur.
  if (rule.z < 0.5 && rule.w == 0.0) {
    vec2 shift = floor(origin + view * 0.5 + box.xy * unit + 0.5) - (origin + view * 0.5 + box.xy * unit);
    px += shift;
  }
  uv = (glyph.xy + corner * glyph.zw) / atlasSize;
  pill = glyph.z == 0.0 ? 1.0 : 0.0;
  size = box.zw * unit;
  inside = (corner - 0.5) * size;
  tint = vec4(paint.rgb, paint.a * seen);
  gl_Position = seen <= 0.0 ? vec4(2.0, 2.0, 2.0, 1.0) : vec4(px / view * vec2(2.0, -2.0), 0.0, 1.0);
}`

export const LABEL_FRAGMENT = `#version 300 es
precision highp float;
in vec2 uv;
in vec2 inside;
flat in vec2 size;
flat in float pill;
flat in vec4 tint;
uniform sampler2D atlas;
out vec4 color;
void main() {
  float a;
  if (pill > 0.5) {
    float corner_ = size.y * 0.5;
    vec2 q = abs(inside) - (size * 0.5 - corner_);
    a = clamp(corner_ - length(max(q, 0.0)) + 0.5, 0.0, 1.0);
  } else {
    a = texture(atlas, uv).r;
  }
  color = vec4(tint.rgb, 1.0) * tint.a * a;
}`
