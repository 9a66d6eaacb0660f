import { METRICS, USHER, type Result, type Row } from './figures.ts'

const WIDTH = 760
const LABELS = 210
const BAR = 18
const GAP = 6
const PANEL_GAP = 34
const VALUE_WIDTH = 110

const TITLES: Record<string, string> = {
  holds: 'Holding two seats: Usher and the textbook designs',
  search: 'Finding concerts: Usher and two plain queries',
  subscribers: '10,000 people watching one event live',
  reads: 'Reading from memory: Usher and the same server answering a constant of that size',
}

/** Bars by metric, Usher's in its own colour, a line from the least to the most run; readable in light and dark. */
export function chart(result: Result): string {
  const panels = panelsOf(result.rows)
  let y = 62
  const parts: string[] = []
  for (const { title, rows } of panels) {
    parts.push(`<text class="head" x="16" y="${y}">${escape(title)}</text>`)
    y += 12
    const most = Math.max(...rows.map((row) => row.max))
    for (const row of rows) {
      parts.push(bar(row, y, most))
      y += BAR + GAP
    }
    y += PANEL_GAP
  }
  const { machine } = result
  const note = `${machine.cpu}, ${machine.cores} cores, load generator and database on the same machine · medians; the line spans all runs · ${result.commit.slice(0, 10)}`
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${y}" role="img" aria-label="${escape(labelOf(result))}">
<style>
  .back { fill: #ffffff } .text { fill: #1f2328 } .head { fill: #1f2328; font-weight: 600 } .note { fill: #59636e; font-size: 11px }
  .bar { fill: #9aa4b2 } .usher { fill: #0f766e } .span { stroke: #1f2328; stroke-width: 1.5 }
  text { font: 13px system-ui, -apple-system, "Segoe UI", sans-serif } .title { font-size: 17px; font-weight: 650 }
  @media (prefers-color-scheme: dark) {
    .back { fill: #0d1117 } .text, .head { fill: #e6edf3 } .note { fill: #9198a1 }
    .bar { fill: #58636f } .usher { fill: #2dd4bf } .span { stroke: #e6edf3 }
  }
</style>
<rect class="back" width="${WIDTH}" height="${y}" rx="8"/>
<text class="text title" x="16" y="28">${escape(TITLES[result.name] ?? result.name)}</text>
${parts.join('\n')}
<text class="note" x="16" y="${y - 14}">${escape(note)}</text>
</svg>
`
}

function panelsOf(rows: readonly Row[]): { title: string; rows: Row[] }[] {
  const panels: { title: string; rows: Row[] }[] = []
  const add = (title: string, metric: string): void => {
    const some = rows.filter((row) => row.metric === metric)
    if (some.length > 0) panels.push({ title, rows: some })
  }
  add('Accepted holds a second, 512 connections (more is better)', METRICS.capacity)
  add('Refusals a second, everything is taken (more is better)', METRICS.refusals)
  add(
    'Seconds until 99 % of 50,000 seats are held, 512 buyers choosing blindly (less is better)',
    METRICS.soldIn,
  )
  add('99th percentile of a hold at 70 % of the system’s own capacity, ms (less is better)', METRICS.p99)
  const goodput = rows
    .filter((row) => row.system === USHER && row.metric.endsWith(' connections'))
    .map((row) => ({ ...row, system: `usher, ${/(\d+) connections/.exec(row.metric)![1]!} connections` }))
  if (goodput.length > 0)
    panels.push({ title: 'Accepted holds a second by connections (level is better)', rows: goodput })
  // A benchmark of other things: each of its metrics as it is called.
  if (panels.length === 0)
    for (const { metric, unit } of rows)
      if (!panels.some((panel) => panel.title.startsWith(metric)))
        panels.push({
          title: unit === '' ? metric : `${metric}, ${unit}`,
          rows: rows.filter((row) => row.metric === metric),
        })
  return panels
}

function bar(row: Row, y: number, most: number): string {
  const scale = (value: number): number => (value / (most || 1)) * (WIDTH - LABELS - VALUE_WIDTH - 16)
  const middle = y + BAR / 2
  const kind = row.system.startsWith(USHER) ? 'bar usher' : 'bar'
  const width = Math.max(1, scale(row.median))
  const span =
    row.runs > 1
      ? `<line class="span" x1="${at(scale(row.min))}" x2="${at(scale(row.max))}" y1="${middle}" y2="${middle}"/>`
      : ''
  const text = row.median >= 100 ? Math.round(row.median).toLocaleString('en') : String(row.median)
  return (
    `<text class="text" x="${LABELS - 10}" y="${y + 14}" text-anchor="end">${escape(row.system)}</text>` +
    `<rect class="${kind}" x="${LABELS}" y="${y}" width="${width.toFixed(1)}" height="${BAR}" rx="2"/>${span}` +
    `<text class="text" x="${at(Math.max(width, scale(row.max)) + 8)}" y="${y + 14}">${text}</text>`
  )
}

function at(x: number): string {
  return (LABELS + x).toFixed(1)
}

function labelOf(result: Result): string {
  if (result.name !== 'holds') return TITLES[result.name] ?? result.name
  return `Usher accepts ${result.ratio ?? '?'} times as many holds a second as SELECT FOR UPDATE`
}

function escape(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/"/g, '&quot;')
}
