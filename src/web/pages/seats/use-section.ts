import { useLocation, useNavigate, useRouter } from '@tanstack/react-router'
import { useEffect, useState } from 'react'

/** From this width on the sections stand beside their rows. */
export const BESIDE = '(min-width: 48rem)'

const STEP = /^section-(\d+)$/

/**
 * The section whose rows the list shows; -1 for none. Where they take the place of the sections, opening one is a step in
 * the history: Back leads to the sections.
 */
export function useSection() {
  const hash = useLocation({ select: (location) => location.hash })
  const navigate = useNavigate()
  const { history } = useRouter()
  const step = Number(STEP.exec(hash)?.[1] ?? -1)
  const [section, setSection] = useState(step)
  useEffect(() => setSection(step), [step])
  const open = (next: number): void => {
    if (next < 0 && step >= 0) return history.back()
    setSection(next)
    if (next < 0 || matchMedia(BESIDE).matches) return
    void navigate({
      to: '.',
      hash: `section-${next}`,
      replace: step >= 0,
      resetScroll: false,
      hashScrollIntoView: false,
    })
  }
  return { section, remember: setSection, open, isStep: step >= 0 }
}
