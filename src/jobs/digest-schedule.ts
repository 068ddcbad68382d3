import { claimDigest, LostDigestError, openDueDigests } from '../decisions/digest/claim-digest.ts'
import { type DigestDeps, sendDigest } from '../decisions/digest/send-digest.ts'
import { type DigestSetting, listDigestSettings } from '../decisions/digest/settings.ts'
import type { Logger } from '../log.ts'

export interface DigestScheduleOptions extends DigestDeps {
  /** Who this process is, as `host:pid:start`. */
  owner: string
  /** How often to look for what has become due, ms. */
  tickMs: number
  log: Logger
}

/** Sends every channel's digest when it is due. The database says what is due; a tick only looks. */
export class DigestSchedule {
  readonly #options: DigestScheduleOptions
  #timer: NodeJS.Timeout | undefined
  #looking: Promise<void> | undefined
  #stopped = false

  constructor(options: DigestScheduleOptions) {
    this.#options = options
  }

  start(): void {
    this.#timer = setInterval(() => void this.look(), this.#options.tickMs)
    void this.look()
  }

  /** Sends what is due now; resolves when nothing is left to do. Never rejects. */
  look(): Promise<void> {
    this.#looking ??= this.#sendDue().finally(() => {
      this.#looking = undefined
    })
    return this.#looking
  }

  /** Takes nothing new; a digest under way is finished, and one that cannot be is left for the next start. */
  async stop(): Promise<void> {
    this.#stopped = true
    clearInterval(this.#timer)
    await this.#looking
  }

  async #sendDue(): Promise<void> {
    const { store, owner, leaseMs, now, log } = this.#options
    try {
      for (const setting of await listDigestSettings(store)) await this.#open(setting)
      while (!this.#stopped) {
        const row = await claimDigest(store, { owner, leaseMs }, now())
        if (!row) return
        await this.#send(row)
      }
    } catch (error) {
      log.error({ err: error }, 'could not look for digests')
    }
  }

  async #open(setting: DigestSetting): Promise<void> {
    const { store, now, log } = this.#options
    try {
      await openDueDigests(store, setting, now())
    } catch (error) {
      log.error({ err: error, channel: setting.channelId }, 'could not tell when a digest is due')
    }
  }

  async #send(row: Parameters<typeof sendDigest>[1]): Promise<void> {
    const { log } = this.#options
    try {
      await sendDigest(this.#options, row)
    } catch (error) {
      if (error instanceof LostDigestError) log.info({ channel: row.channelId }, 'another process has this digest')
      else log.error({ err: error, channel: row.channelId, period: row.period }, 'digest failed')
    }
  }
}
