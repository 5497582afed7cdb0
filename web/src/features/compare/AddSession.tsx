import Autocomplete from '@mui/material/Autocomplete'
import TextField from '@mui/material/TextField'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useDeferredValue, useState } from 'react'
import { api, unwrap } from '@/shared/api/client'
import { keys } from '@/shared/api/queries'
import { MOST } from './ids'

interface Props {
  ids: readonly string[]
  onAdd: (id: string) => void
}

/** Finds one more session by its name, among all that trade. */
export function AddSession({ ids, onAdd }: Props) {
  const [text, setText] = useState('')
  const search = useDeferredValue(text.trim())
  const full = ids.length >= MOST
  const { data = [], isFetching } = useQuery({
    queryKey: [...keys.history, 'named', search],
    queryFn: async ({ signal }) => {
      const query = {
        type: 'test,backtest',
        status: 'running,paused,stopped,completed,failed',
        limit: 30,
        ...(search && { search }),
      }
      return (await unwrap(api.GET('/sessions', { params: { query }, signal }))).sessions
    },
    enabled: !full,
    placeholderData: keepPreviousData,
  })
  return (
    <Autocomplete
      size="small"
      disabled={full}
      loading={isFetching}
      value={null}
      inputValue={text}
      onInputChange={(_event, value, reason) => setText(reason === 'input' ? value : '')}
      options={data.filter(({ id }) => !ids.includes(id))}
      filterOptions={(options) => options}
      getOptionKey={({ id }) => id}
      getOptionLabel={({ name, market, strategy }) => `${name} · ${market} · ${strategy}`}
      noOptionsText="No session is called so"
      onChange={(_event, session) => {
        if (session) onAdd(session.id)
      }}
      blurOnSelect
      renderInput={(props) => (
        <TextField {...props} label={full ? 'Six sessions are the most' : 'Add a session'} />
      )}
      sx={{ width: { xs: '100%', sm: 320 } }}
    />
  )
}
