import Alert from '@mui/material/Alert'
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import FormControlLabel from '@mui/material/FormControlLabel'
import Stack from '@mui/material/Stack'
import Switch from '@mui/material/Switch'
import Typography from '@mui/material/Typography'
import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { Link } from 'react-router'
import { wordsOf } from '@/shared/api/errors'
import { catalogueQuery } from '@/shared/api/queries'
import { OriginNotice } from '@/shared/sessions/OriginNotice'
import { RowSkeletons } from '@/shared/ui/states'
import { useParamsPatch } from '@/shared/url/params'
import { AddSession } from './AddSession'
import { ComparisonTable } from './ComparisonTable'
import { Curves } from './Curves'
import { Head } from './Heads'
import { asked, MOST, trouble } from './ids'
import { differing, figureSections, parameterSections, type Section } from './rows'
import { useCompared, type Compared } from './useCompared'

/** Two to six sessions side by side. */
export function ComparePage() {
  const [params, patch] = useParamsPatch()
  const { ids, nonsense } = useMemo(() => asked(params.get('sessions')), [params])
  const compared = useCompared(ids.slice(0, MOST))
  const onlyDiffering = params.get('rows') === 'differing'
  const choose = (chosen: readonly string[]) => patch({ sessions: chosen.join(',') || null })
  const remove = (id: string) => choose(ids.filter((other) => other !== id))
  const known = compared.filter((one) => one.error === null)
  const problem = trouble(ids.length)
  return (
    <>
      <Box sx={{ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: 1.5, mb: 1.5 }}>
        <Typography variant="h1">Compare sessions</Typography>
        <Button component={Link} to="/history">
          To the history
        </Button>
        <Box sx={{ flex: 1 }} />
        <AddSession ids={ids} onAdd={(id) => choose([...ids, id])} />
      </Box>
      <OriginNotice exchanges={known.flatMap(({ session }) => session?.exchange ?? [])} />
      <Stack spacing={1} sx={{ mb: 1.5 }}>
        {problem && <Alert severity={ids.length > MOST ? 'warning' : 'info'}>{problem}</Alert>}
        {nonsense.length > 0 && (
          <Alert
            severity="warning"
            action={
              <Button color="inherit" onClick={() => choose(ids)}>
                Leave out
              </Button>
            }
          >
            No session can have this id: {nonsense.join(', ').slice(0, 200)}
          </Alert>
        )}
        {compared.map(
          (one) => one.error && <Trouble key={one.id} compared={one} onRemove={() => remove(one.id)} />,
        )}
      </Stack>
      {known.length > 0 && (
        <Comparison
          compared={known}
          onlyDiffering={onlyDiffering}
          fromStart={params.get('axis') === 'start'}
          onRemove={remove}
          onAxis={(fromStart) => patch({ axis: fromStart ? 'start' : null })}
          onDiffering={(on) => patch({ rows: on ? 'differing' : null })}
        />
      )}
    </>
  )
}

function Trouble({ compared, onRemove }: { compared: Compared; onRemove: () => void }) {
  return (
    <Alert
      severity="error"
      action={
        <>
          <Button color="inherit" onClick={compared.retry}>
            Try again
          </Button>
          <Button color="inherit" onClick={onRemove}>
            Leave out
          </Button>
        </>
      }
    >
      {compared.session?.name ?? compared.id}: {wordsOf(compared.error)}
    </Alert>
  )
}

interface ComparisonProps {
  compared: readonly Compared[]
  onlyDiffering: boolean
  fromStart: boolean
  onRemove: (id: string) => void
  onAxis: (fromStart: boolean) => void
  onDiffering: (on: boolean) => void
}

function Comparison({ compared, onlyDiffering, fromStart, onRemove, onAxis, onDiffering }: ComparisonProps) {
  const { data: catalogue } = useQuery(catalogueQuery)
  const sessions = compared.flatMap(({ session }) => session ?? [])
  const subjects = compared.flatMap(({ subject }) => subject ?? [])
  const series = compared.flatMap(({ series }) => series ?? [])
  if (!catalogue || [sessions, subjects, series].some(({ length }) => length < compared.length)) {
    return <RowSkeletons rows={12} height={36} />
  }
  const all: Section[] = [...figureSections(catalogue.groups, subjects), ...parameterSections(sessions)]
  return (
    <>
      <Curves series={series} fromStart={fromStart} onFromStart={onAxis} />
      <FormControlLabel
        control={<Switch checked={onlyDiffering} onChange={(event) => onDiffering(event.target.checked)} />}
        label="Only rows that differ"
        sx={{ mb: 0.5 }}
      />
      <ComparisonTable
        sections={onlyDiffering ? differing(all) : all}
        heads={sessions.map((session, index) => ({
          id: session.id,
          head: <Head session={session} index={index} onRemove={() => onRemove(session.id)} />,
        }))}
      />
    </>
  )
}
