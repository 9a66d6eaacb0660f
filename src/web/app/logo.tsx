/** A torch in the dark, and the name. */
export function Logo({ name = true }: { name?: boolean }) {
  return (
    <span className="flex items-center gap-2.5">
      <svg aria-hidden width="30" height="30" viewBox="0 0 32 32">
        <circle cx="16" cy="16" r="16" className="fill-action" />
        <path d="M7.5 8 L26 20 L20 27 Z" className="fill-on-action" />
        <circle cx="8.6" cy="8.8" r="2.6" className="fill-on-action" />
      </svg>
      {name && <span className="font-display text-[1.375rem] leading-none font-bold">Usher</span>}
    </span>
  )
}
