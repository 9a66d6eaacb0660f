import { expect, test } from 'bun:test'
import { groupWorks } from './works.ts'

const work = (title: string, composer: string | null = 'Handel') => ({ title, composer })

test('the numbers of an oratorio are one work, in their order; a single movement keeps its name', () => {
  expect(
    groupWorks([
      work('Ruslan – Overture', 'Glinka'),
      work('Messiah – Part I'),
      work('Messiah – Hallelujah'),
      work('Fireworks'),
      work('Messiah – Amen'),
    ]),
  ).toEqual([
    { composer: 'Glinka', title: 'Ruslan – Overture', parts: [] },
    { composer: 'Handel', title: 'Messiah', parts: ['Part I', 'Hallelujah'] },
    { composer: 'Handel', title: 'Fireworks', parts: [] },
    { composer: 'Handel', title: 'Messiah – Amen', parts: [] },
  ])
})

test('the same title by somebody else is another work', () => {
  expect(groupWorks([work('Requiem – Kyrie', 'Mozart'), work('Requiem – Kyrie', 'Verdi')])).toHaveLength(2)
})
