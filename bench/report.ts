import { execFileSync } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { cpus } from 'node:os'
import { fileURLToPath } from 'node:url'
import { chart } from './chart.ts'
import { claimsOf, isMet, rowsOf, type Claim, type Result, type Sample } from './figures.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const RESULTS = new URL('results/', import.meta.url)

export function resultOf(
  name: string,
  samples: readonly Sample[],
  audit: string,
  claims: Claim[] = claimsOf(rowsOf(samples)),
): Result {
  const rows = rowsOf(samples)
  const cores = cpus()
  return {
    name,
    commit: commit(),
    machine: { cpu: cores[0]?.model.trim() ?? 'unknown', cores: cores.length },
    rows,
    claims,
    ratio: claims[0]?.ratio ?? null,
    audit,
  }
}

/** Writes NAME.json and NAME.svg; the folder's name is returned for people. */
export async function writeResult(result: Result): Promise<string> {
  await mkdir(RESULTS, { recursive: true })
  await writeFile(new URL(`${result.name}.json`, RESULTS), `${JSON.stringify(result, null, 2)}\n`)
  await writeFile(new URL(`${result.name}.svg`, RESULTS), chart(result))
  return 'bench/results'
}

export function printResult(result: Result): void {
  const widths = [
    Math.max(...result.rows.map((row) => row.system.length)),
    Math.max(...result.rows.map((row) => row.metric.length)),
  ]
  const line = (...cells: string[]): string =>
    cells.map((cell, i) => (i < 2 ? cell.padEnd(widths[i]!) : cell.padStart(11))).join('  ')
  console.log(line('system', 'metric', 'median', 'min', 'max', 'runs'))
  for (const row of result.rows) {
    console.log(
      `${line(row.system, row.metric, number(row.median), number(row.min), number(row.max), String(row.runs))} ${row.unit}`,
    )
  }
  console.log()
  for (const claim of result.claims) {
    console.log(
      `${isMet(claim) ? 'yes' : 'NO '}  ${claim.name}: ${claim.ratio} (asked: ${claim.atMost ? 'at most ' : ''}${claim.asked})`,
    )
  }
  console.log(`audit: ${result.audit}`)
}

function number(value: number): string {
  return value >= 1_000 ? Math.round(value).toLocaleString('en') : String(value)
}

// With a mark when what is measured is not what the commit says.
function commit(): string {
  const git = (...words: string[]): string =>
    execFileSync('git', words, { cwd: ROOT, encoding: 'utf8' }).trim()
  try {
    const changed = git('status', '--porcelain', '--', 'src', 'migrations', 'bench', ':!bench/results')
    return git('rev-parse', 'HEAD') + (changed === '' ? '' : ' with local changes')
  } catch {
    return 'unknown'
  }
}
