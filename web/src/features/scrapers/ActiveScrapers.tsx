import Box from '@mui/material/Box'
import Typography from '@mui/material/Typography'
import { useQuery } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import { aboutQuery } from '@/shared/api/queries'
import { count } from '@/shared/format/numbers'
import { useFromNow } from '@/shared/live/clock'
import { DeleteDialog } from '@/shared/sessions/DeleteDialog'
import type { OpenSession } from '@/shared/sessions/open'
import { Empty } from '@/shared/ui/states'
import { groupOf, ORDER, staleIds, TITLES, type Group } from './groups'
import { Rows } from './parts'
import { ScraperRow } from './ScraperRow'

interface Props {
  sessions: readonly OpenSession[]
  /** The list's own part of the address. */
  search: string
}

const USUAL_SECONDS = 30
const NOBODY: readonly OpenSession[] = []

/** Scrapers that run, and those that should, below their headings. */
export function ActiveScrapers({ sessions, search }: Props) {
  const { data: about } = useQuery(aboutQuery)
  const seconds = about?.stale_seconds ?? USUAL_SECONDS
  const ids = useFromNow((now) => staleIds(sessions, now, seconds))
  const stale = useMemo(() => new Set(ids.split(' ')), [ids])
  const [doomed, setDoomed] = useState<OpenSession | null>(null)
  return (
    <>
      {ORDER.map((group) => {
        const found = sessions.filter((session) => groupOf(session, stale) === group)
        if (found.length === 0 && group !== 'active') return null
        return (
          <Box component="section" key={group} aria-labelledby={`scrapers-${group}`}>
            <Heading group={group} number={found.length} seconds={seconds} />
            {found.length === 0 && (
              <Empty title="Nothing is being recorded">Start scraping one of the markets below.</Empty>
            )}
            {found.length > 0 && (
              <Rows>
                {found.map((session) => (
                  <ScraperRow
                    key={session.id}
                    session={session}
                    group={group}
                    search={search}
                    onDelete={setDoomed}
                  />
                ))}
              </Rows>
            )}
          </Box>
        )
      })}
      <DeleteDialog
        open={doomed !== null}
        sessions={doomed ? [doomed] : NOBODY}
        onClose={() => setDoomed(null)}
      />
    </>
  )
}

function Heading({ group, number, seconds }: { group: Group; number: number; seconds: number }) {
  return (
    <Typography
      id={`scrapers-${group}`}
      component="h2"
      variant="overline"
      sx={{ display: 'block', mt: 2, mb: 0.5, fontSize: '0.8125rem' }}
    >
      {TITLES[group]} ({count(number)})
      {group === 'stale' && (
        <Box component="small" sx={{ textTransform: 'none', fontWeight: 400, letterSpacing: 0 }}>
          {' '}
          no heartbeat &gt; {seconds}s, may need restart
        </Box>
      )}
    </Typography>
  )
}
