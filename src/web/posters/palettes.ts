/** Ground, main form, second form, words. Grounds differ in lightness and hue, so that a wall of them stays alive. */
export type Palette = { ground: string; form: string; accent: string; words: string }

export const PALETTES: readonly Palette[] = [
  { ground: '#14110F', form: '#FFC83D', accent: '#B3123B', words: '#FAF7F2' },
  { ground: '#B3123B', form: '#F6C9B6', accent: '#14110F', words: '#FAF7F2' },
  { ground: '#E9E1D3', form: '#1F4FA3', accent: '#E0531F', words: '#14110F' },
  { ground: '#1F4038', form: '#E8B04A', accent: '#F4EFE6', words: '#F4EFE6' },
  { ground: '#F2B705', form: '#14110F', accent: '#FAF7F2', words: '#14110F' },
  { ground: '#2B2A5A', form: '#F0765A', accent: '#F7EFE3', words: '#F7EFE3' },
  { ground: '#D9D4CB', form: '#B3123B', accent: '#14110F', words: '#14110F' },
  { ground: '#0B5C66', form: '#F3E3C3', accent: '#F2B705', words: '#FAF7F2' },
  { ground: '#F0765A', form: '#2B2A5A', accent: '#FAF7F2', words: '#14110F' },
  { ground: '#C9DCD4', form: '#14503F', accent: '#E0531F', words: '#14110F' },
  { ground: '#F6C9B6', form: '#B3123B', accent: '#2B2A5A', words: '#14110F' },
  { ground: '#3A2A24', form: '#E2977B', accent: '#C9DCD4', words: '#FAF7F2' },
  { ground: '#D5DEF0', form: '#1F4FA3', accent: '#14110F', words: '#14110F' },
  { ground: '#F4EFE6', form: '#E0531F', accent: '#14110F', words: '#14110F' },
]
