import { formatMs, formatRate, note } from './figure.ts'
import type { Load, LoadResult } from './load.ts'
import type { LoadClient } from './start-load-client.ts'
import { median } from './statistics.ts'

type Amount = Pick<Load, 'count' | 'perSecond'>
type Side = 'ours' | 'peer'
export type Rounds = Record<Side, LoadResult[]>

/** The bot and its peer under the same load by turns, every event a new one; any that is not acknowledged is an error. */
export class Rivals {
  readonly #client: LoadClient
  readonly #template: Omit<Load, 'port' | 'first' | 'count' | 'perSecond'>
  readonly #ports: Record<Side, number>
  readonly #sent: Record<Side, number> = { ours: 0, peer: 0 }

  constructor(
    client: LoadClient,
    template: Omit<Load, 'port' | 'first' | 'count' | 'perSecond'>,
    ports: Record<Side, number>,
  ) {
    this.#client = client
    this.#template = template
    this.#ports = ports
  }

  /** How many events the bot has acknowledged. */
  get acceptedByUs(): number {
    return this.#sent.ours
  }

  async compare(rounds: number, amount: Amount): Promise<Rounds> {
    const taken: Rounds = { ours: [], peer: [] }
    for (let round = 0; round < rounds; round++) {
      // Who comes first alternates too.
      const order: Side[] = round % 2 === 0 ? ['ours', 'peer'] : ['peer', 'ours']
      for (const side of order) taken[side].push(await this.#send(side, amount))
      note(`  Architect ${describe(taken.ours.at(-1))}   bare Bolt ${describe(taken.peer.at(-1))}`)
    }
    return taken
  }

  async #send(side: Side, amount: Amount): Promise<LoadResult> {
    const first = this.#sent[side]
    const result = await this.#client.send({ ...this.#template, ...amount, port: this.#ports[side], first })
    if (result.accepted !== amount.count) throw new Error(`${result.accepted} of ${amount.count} were acknowledged`)
    this.#sent[side] += amount.count
    return result
  }
}

/** Each side's median, and the median of the rounds' ratios: the two sides of a ratio were taken within seconds. */
export function compareSides(
  { ours, peer }: Rounds,
  read: (result: LoadResult) => number,
  format: (value: number) => string,
): { ours: string; against: string; ratio: number } {
  const ratios = ours.map((result, round) => read(result) / read(peer[round] ?? result))
  return {
    ours: format(median(ours.map(read))),
    against: `${format(median(peer.map(read)))} bare Bolt`,
    ratio: median(ratios),
  }
}

function describe(result: LoadResult | undefined): string {
  if (!result) return ''
  return `${formatRate(result.perSecond)}, p50 ${formatMs(result.p50Ms)}, p99 ${formatMs(result.p99Ms)}`
}
