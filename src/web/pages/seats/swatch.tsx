import { colorOf, patternOf } from '../../components/seat-map/colors.ts'

/** A category's colour with its pattern: the same marks that the map draws. */
export function Swatch({ step, size = 14 }: { step: number; size?: number }) {
  const kind = patternOf(step)
  return (
    <svg aria-hidden width={size} height={size} viewBox="0 0 16 16" className="shrink-0">
      <circle cx="8" cy="8" r="8" style={{ fill: `var(--category-${colorOf(step)})` }} />
      <g className="fill-none stroke-ground" strokeWidth="2.6">
        {kind === 1 && <path d="M0 8h16" />}
        {kind === 2 && <circle cx="8" cy="8" r="2.9" className="fill-ground stroke-none" />}
        {kind === 3 && <path d="M8 0v16" />}
        {kind === 4 && <circle cx="8" cy="8" r="4.2" strokeWidth="2" />}
        {kind === 5 && <path d="M2 14 14 2" />}
        {kind === 6 && <path d="M3 8a5 5 0 0 0 10 0z" className="fill-ground stroke-none" />}
        {kind === 7 && <path d="M0 8h16M8 0v16" />}
        {kind === 8 && <path d="M8 3a5 5 0 0 0 0 10z" className="fill-ground stroke-none" />}
        {kind === 9 && <path d="M2 14 14 2M2 2l12 12" />}
        {kind === 10 && <path d="m2 2 12 12" />}
        {kind === 11 && <path d="M0 4.4h16M0 11.6h16" strokeWidth="2.2" />}
      </g>
    </svg>
  )
}
