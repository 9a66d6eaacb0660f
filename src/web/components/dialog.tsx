import clsx from 'clsx'
import { X } from 'lucide-react'
import { useEffect, useId, useRef, type ReactNode } from 'react'
import { appText } from '../app/text.ts'
import { useText } from '../i18n/text.tsx'

type Props = {
  open: boolean
  onClose(): void
  title: ReactNode
  children: ReactNode
  /** The buttons, at the end. */
  actions?: ReactNode
}

/** Asks something and holds the focus until it is answered: the browser's own modal dialog. */
export function Dialog(props: Props) {
  return <Modal {...props} className="m-auto w-[min(32rem,calc(100vw-2rem))] rounded-read" />
}

function Modal({ open, onClose, title, children, actions, className }: Props & { className: string }) {
  const ref = useRef<HTMLDialogElement>(null)
  const id = useId()
  const t = useText(appText)
  useEffect(() => {
    const dialog = ref.current
    if (open && !dialog?.open) dialog?.showModal()
    if (!open && dialog?.open) dialog.close()
  }, [open])
  if (!open) return null
  return (
    <dialog
      ref={ref}
      aria-labelledby={id}
      onClose={onClose}
      // A press on the backdrop reaches the dialog itself, one on its content does not.
      onClick={(event) => event.target === event.currentTarget && onClose()}
      className={clsx('max-h-[85dvh] bg-surface p-0 text-text shadow-float', className)}
    >
      <div className="flex max-h-[inherit] flex-col">
        <header className="flex items-center gap-4 border-b border-line py-3 ps-6 pe-3">
          <h2 id={id} className="display flex-1 text-xl">
            {title}
          </h2>
          <button
            type="button"
            onClick={onClose}
            aria-label={t.close}
            className="grid size-11 place-items-center rounded-full hover:bg-sunken"
          >
            <X aria-hidden size={20} />
          </button>
        </header>
        <div className="overflow-y-auto px-6 py-5">{children}</div>
        {actions && (
          <footer className="flex flex-wrap justify-end gap-3 border-t border-line px-6 py-4">
            {actions}
          </footer>
        )}
      </div>
    </dialog>
  )
}
