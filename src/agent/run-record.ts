import type { FailedEvent } from '../claude/model.ts'
import { addUsage, noUsage, type Usage } from '../claude/usage.ts'
import type { AgentEvent, AgentStop, AgentTotals } from './agent-event.ts'
import type { Source } from './tool.ts'

/** What a run has said, read and used so far. */
export class RunRecord {
  #usage = noUsage
  readonly #texts: string[] = []
  readonly #sources = new Map<string, Source>()

  get usage(): Usage {
    return this.#usage
  }

  get rounds(): number {
    return this.#texts.length
  }

  /** Whether the latest round said nothing. */
  get isSilent(): boolean {
    return (this.#texts.at(-1) ?? '').trim() === ''
  }

  /** The number of the new round, from 1. */
  startRound(): number {
    return this.#texts.push('')
  }

  noteText(text: string): void {
    this.#texts.push(`${this.#texts.pop() ?? ''}${text}`)
  }

  noteUsage(usage: Usage): void {
    this.#usage = addUsage(this.#usage, usage)
  }

  noteSources(sources: readonly Source[]): void {
    for (const source of sources) this.#sources.set(source.url ?? source.label, source)
  }

  finish(stop: AgentStop): AgentEvent {
    const text = this.isSilent ? this.#allText() : (this.#texts.at(-1) ?? '')
    return { type: 'finished', text, stop, ...this.#totals() }
  }

  fail({ failure, diagnostic }: Pick<FailedEvent, 'failure' | 'diagnostic'>): AgentEvent {
    return { type: 'failed', failure, diagnostic, textSoFar: this.#allText(), ...this.#totals() }
  }

  #allText(): string {
    return this.#texts.filter((text) => text.trim() !== '').join('\n\n')
  }

  #totals(): AgentTotals {
    return { rounds: this.rounds, usage: this.#usage, sources: [...this.#sources.values()] }
  }
}
