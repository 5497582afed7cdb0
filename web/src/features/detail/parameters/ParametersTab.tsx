import Typography from '@mui/material/Typography'
import { useQuery } from '@tanstack/react-query'
import { aboutQuery, strategiesQuery } from '@/shared/api/queries'
import { Failure, RowSkeletons } from '@/shared/ui/states'
import { Section } from '../Section'
import type { Shown } from '../useSession'
import { CopyJson } from './CopyJson'
import { FieldRows } from './FieldRows'
import { grouped } from '@/shared/sessions/settingGroups'
import { fieldsOf, type Field } from './fields'
import { Origin } from './Origin'

/** What the session was made with, down to the last default. */
export function ParametersTab({ session }: { session: Shown }) {
  return (
    <>
      <StrategyPart session={session} />
      <Origin session={session} />
      <SettingsPart session={session} />
    </>
  )
}

function StrategyPart({ session }: { session: Shown }) {
  const { data, error, refetch } = useQuery(strategiesQuery)
  const strategy = data?.find(({ id }) => id === session.strategy)
  const told = fieldsOf(strategy?.param_schema)
  // What the schema does not know, such as of a strategy that was changed since, is shown by its name.
  const unknown = Object.keys(session.strategy_params)
    .filter((name) => !told.some((field) => field.name === name))
    .map((name): Field => ({ name, title: name, description: '', usual: undefined }))
  return (
    <Section title={`Strategy: ${strategy?.name ?? session.strategy}`} aside={<CopyJson session={session} />}>
      {error && !data && <Failure error={error} onRetry={() => void refetch()} />}
      {strategy?.description && <Typography sx={{ mb: 1 }}>{strategy.description}</Typography>}
      {strategy?.error && <Failure error={new Error(strategy.error)} />}
      {data && !strategy && (
        <Typography sx={{ mb: 1 }}>This strategy is no longer there; its parameters are kept.</Typography>
      )}
      {!data && !error && <RowSkeletons rows={4} height={44} />}
      {(data ?? error) && told.length + unknown.length === 0 && <p>It has no parameters.</p>}
      {(data ?? error) && <FieldRows fields={[...told, ...unknown]} values={session.strategy_params} />}
    </Section>
  )
}

function SettingsPart({ session }: { session: Shown }) {
  const { data, error, refetch } = useQuery(aboutQuery)
  if (error && !data) return <Failure error={error} onRetry={() => void refetch()} />
  if (!data) return <RowSkeletons rows={8} height={44} />
  return grouped(fieldsOf(data.settings_schema)).map((group) => (
    <Section key={group.title} title={`Settings: ${group.title.toLowerCase()}`}>
      <FieldRows fields={group.fields} values={session.settings} />
    </Section>
  ))
}
