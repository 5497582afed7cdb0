import { createContext, use, useCallback, useMemo, useState } from 'react'
import type { FieldProblem } from '@/shared/api/errors'

/** What fields know of the form around them. */
export interface FormState {
  /** What is wrong with a field, once it was touched or the form was sent. */
  problem: (path: string) => string | undefined
  touch: (...paths: string[]) => void
}

export const FormContext = createContext<FormState>({ problem: () => undefined, touch: () => undefined })

export function useForm(): FormState {
  return use(FormContext)
}

/** Problems of all sources by field: what cannot be read goes before what the server says. */
export function gather(
  unreadable: ReadonlyMap<string, string>,
  ...told: readonly (readonly FieldProblem[])[]
): ReadonlyMap<string, string> {
  const all = new Map(unreadable)
  for (const { field, message } of told.flat()) {
    if (!all.has(field)) all.set(field, asSentence(message))
  }
  return all
}

function asSentence(message: string): string {
  const plain = message.replace(/\brange_(start|end)\b/g, 'the $1')
  const begun = /^[a-z]+(\s|$)/.test(plain) ? plain.charAt(0).toUpperCase() + plain.slice(1) : plain
  return /[.!?]$/.test(begun) ? begun : `${begun}.`
}

/** Which problems are shown: those of touched fields, and all of them once the form was sent. */
export function useShown(problems: ReadonlyMap<string, string>) {
  const [touched, setTouched] = useState<ReadonlySet<string>>(new Set())
  const [sent, setSent] = useState(false)
  const touch = useCallback((...paths: string[]) => {
    setTouched((former) =>
      paths.every((path) => former.has(path)) ? former : new Set([...former, ...paths]),
    )
  }, [])
  const state = useMemo<FormState>(
    () => ({
      problem: (path) => (sent || touched.has(path) ? problems.get(path) : undefined),
      touch,
    }),
    [problems, sent, touched, touch],
  )
  return { state, sent, reveal: () => setSent(true) }
}

/** Problems that no field of the form shows. */
export function homeless(
  problems: ReadonlyMap<string, string>,
  paths: ReadonlySet<string>,
): [string, string][] {
  return [...problems].filter(([path]) => !paths.has(path))
}

/** Puts the focus on the first field, in the order of the page, with which something is wrong; else on the summary. */
export function focusFirst(form: HTMLElement): void {
  const control = form.querySelector<HTMLElement>('[data-field] [aria-invalid="true"]')
  control?.closest('details')?.setAttribute('open', '')
  const summary = form.querySelector<HTMLElement>('[data-summary]')
  ;(control ?? summary)?.focus()
}
