import Button from '@mui/material/Button'
import { useEffect, useRef, type SyntheticEvent } from 'react'
import { flushSync } from 'react-dom'
import { ApiError } from '@/shared/api/errors'
import { useNotify } from '@/shared/ui/notices'
import { useCheck } from './check'
import { useDraft, type Draft } from './draft'
import { useFilled } from './filled'
import { FormDialog } from './FormDialog'
import { FormParts } from './FormParts'
import { RestoredNote, Summary } from './Notes'
import { useToList } from './place'
import { focusFirst, FormContext, gather, homeless, useShown } from './problems'
import { pathsOf, useRefusals } from './refusals'
import { useSubmit, type Target } from './submit'

interface Props {
  title: string
  target: Target
  /** What the draft is kept under: another form has another draft. */
  draftKey: string
  initial: Draft
}

/** The form with everything it needs: what was typed, what is wrong with it, and what sends it. */
export function SessionForm({ title, target, draftKey, initial }: Props) {
  const content = useRef<HTMLFormElement>(null)
  const notify = useNotify()
  const toList = useToList()
  const { draft, change, dirty, restored, startOver, forget } = useDraft(draftKey, initial)
  const form = useFilled(draft)
  const nameOnly = target.kind === 'edit' && target.nameOnly
  const check = useCheck(form.body, !nameOnly && form.filled.market !== '' && form.filled.strategy !== '')
  const submit = useSubmit(target, () => {
    forget()
    toList()
  })
  const refused = useRefusals(submit.error, form.body)
  const wasRefused = useRef(false)
  const unreadable = needsName(form.problems, target, form.body.name)
  const problems = gather(nameOnly ? nameOf(unreadable) : unreadable, check.fields, refused)
  const { state, sent, reveal } = useShown(problems)

  const close = () => {
    if (dirty) notify('What you typed is kept until you come back', 'info')
    toList()
  }
  const cancel = () => {
    forget()
    toList()
  }
  const send = (start: boolean) => {
    flushSync(reveal)
    const blocked = unreadable.size > 0 || (check.current && check.fields.length > 0)
    if (!blocked)
      submit.mutate({ body: form.body, start }, { onError: () => void (wasRefused.current = true) })
    else show()
  }
  const show = () => {
    if (content.current) focusFirst(content.current)
  }
  // What was refused must be on the page before its field can be found.
  useEffect(() => {
    if (!wasRefused.current) return
    wasRefused.current = false
    if (content.current) focusFirst(content.current)
  }, [submit.error])

  return (
    <FormDialog
      title={title}
      onClose={close}
      actions={
        <Buttons target={target} busy={submit.isPending} onCancel={cancel} onStart={() => send(true)} />
      }
    >
      <form
        id="session"
        ref={content}
        noValidate
        onSubmit={(event: SyntheticEvent) => {
          event.preventDefault()
          send(false)
        }}
        style={{ display: 'contents' }}
      >
        <FormContext value={state}>
          {restored && <RestoredNote onStartOver={startOver} />}
          <Summary
            others={sent ? homeless(problems, pathsOf(form.filled, target)) : []}
            error={submit.error instanceof ApiError && submit.error.fields.length > 0 ? null : submit.error}
          />
          <FormParts target={target} form={form} draft={draft} change={change} />
        </FormContext>
      </form>
    </FormDialog>
  )
}

/** A session that exists has a name; only a new one is given one. */
function needsName(
  problems: ReadonlyMap<string, string>,
  target: Target,
  name: string | null,
): ReadonlyMap<string, string> {
  if (target.kind === 'new' || name !== null) return problems
  return new Map([...problems, ['name', 'It needs a name.']])
}

function nameOf(problems: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  return new Map([...problems].filter(([path]) => path === 'name'))
}

interface ButtonsProps {
  target: Target
  busy: boolean
  onCancel: () => void
  onStart: () => void
}

function Buttons({ target, busy, onCancel, onStart }: ButtonsProps) {
  if (target.kind === 'edit') {
    return (
      <>
        <Button onClick={onCancel}>Cancel</Button>
        <Button type="submit" form="session" variant="contained" loading={busy}>
          Save
        </Button>
      </>
    )
  }
  return (
    <>
      <Button onClick={onCancel}>Cancel</Button>
      <Button type="submit" form="session" variant="outlined" disabled={busy}>
        Create
      </Button>
      <Button variant="contained" loading={busy} onClick={onStart}>
        Create &amp; Start
      </Button>
    </>
  )
}
