import { useEffect } from 'react'

/** The document's title while the page is shown; the server has written the first one. */
export function useTitle(title: string): void {
  useEffect(() => {
    document.title = title
  }, [title])
}
