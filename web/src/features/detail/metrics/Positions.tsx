import type { Position } from '@/shared/api/types'
import { plain } from '@/shared/format/numbers'
import { Amount } from '@/shared/ui/Amount'
import { DataTable, ScrollRegion } from '@/shared/ui/DataTable'
import { Section } from '../Section'

/** What the session holds, as of its last heartbeat. */
export function Positions({ positions, live }: { positions: readonly Position[]; live: boolean }) {
  if (positions.length === 0 && !live) return null
  return (
    <Section title={positions.length > 1 ? 'Open positions' : 'Open position'}>
      {positions.length === 0 ? (
        <p style={{ margin: 0 }}>None at the moment.</p>
      ) : (
        <Table positions={positions} />
      )}
    </Section>
  )
}

function Table({ positions }: { positions: readonly Position[] }) {
  return (
    <ScrollRegion tabIndex={0} role="region" aria-label="Open positions">
      <DataTable>
        <thead>
          <tr>
            <th scope="col" className="text">
              Market
            </th>
            <th scope="col" className="text">
              Side
            </th>
            <th scope="col">Size</th>
            <th scope="col">Entry</th>
            <th scope="col">Mark</th>
            <th scope="col">Unrealised PnL</th>
          </tr>
        </thead>
        <tbody>
          {positions.map((position) => (
            <tr key={position.market}>
              <th scope="row" className="text">
                {position.market}
              </th>
              <td className="text">{position.side}</td>
              <td>{plain(position.size)}</td>
              <td>{plain(position.entry_price)}</td>
              <td>{plain(position.mark_price)}</td>
              <td>
                <Amount value={position.unrealised_pnl} currency={position.settle} />
              </td>
            </tr>
          ))}
        </tbody>
      </DataTable>
    </ScrollRegion>
  )
}
