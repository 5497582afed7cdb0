import { count, plain } from '@/shared/format/numbers'
import { Moment } from '@/shared/ui/Time'
import { Definitions } from '../Definitions'
import { Section } from '../Section'
import { SmallLink } from '../SmallLink'
import type { Shown } from '../useSession'

/** What a scraper has collected: it trades nothing, so it has no figures of trades. */
export function ScraperFigures({ session }: { session: Shown }) {
  return (
    <Section
      title="Collected data"
      aside={
        <SmallLink to={`/scrapers/data/${encodeURIComponent(session.market)}?exchange=${session.exchange}`}>
          View data
        </SmallLink>
      }
    >
      <Definitions
        rows={[
          { name: 'Data points', value: count(session.data_points), hint: 'since its last start' },
          {
            name: 'Archive',
            value: session.archive_folder ?? 'made when it is started',
            hint: 'folder of the day',
          },
          {
            name: 'Last data',
            value: <Moment seconds={session.market_time} />,
            hint: "by the market's own clock",
          },
          { name: 'Last price', value: plain(session.last_price), hint: '' },
        ]}
      />
    </Section>
  )
}
