import type { Core } from './core.ts'
import type { Interaction } from './interact.ts'
import { press } from './press.ts'
import { runCommand, runShortcut } from './run-command.ts'
import { edit, react, remove, say } from './speak.ts'
import type { SayOptions } from './speak.ts'
import { close, submit } from './submit.ts'
import type { Submission } from './submit.ts'
import { openHome, stopSession } from './visit.ts'
import type { Channel, Ephemeral, Installation, Message, User, View } from './world.ts'

/** Someone in a workspace, doing what people do in Slack; acts they could not do throw. */
export class Person {
  readonly id: string
  readonly name: string
  readonly teamId: string
  readonly #core: Core
  readonly #user: User

  constructor(core: Core, user: User) {
    this.#core = core
    this.#user = user
    this.id = user.id
    this.name = user.name
    this.teamId = user.teamId
  }

  /** How a message refers to this person. */
  get mention(): string {
    return `<@${this.id}>`
  }

  /** Posts a message and returns its ts; `@name` and `#channel` are resolved as Slack's composer does. */
  says(channel: Channel, text: string, options: SayOptions = {}): string {
    this.#mustBeIn(channel)
    return say(this.#core, this.#user, channel, text, options).ts
  }

  edits(channel: Channel, ts: string, text: string): void {
    edit(this.#core, this.#user, channel, ts, text)
  }

  deletes(channel: Channel, ts: string): void {
    remove(this.#core, this.#user, channel, ts)
  }

  reacts(channel: Channel, ts: string, name: string): void {
    this.#mustBeIn(channel)
    react(this.#core, this.#user, channel, ts, name)
  }

  /** Presses a button or picks from a menu (`value` picks the option, or which of several same-named buttons). */
  clicks(surface: Message | Ephemeral | View, actionId: string, value?: string): Promise<Interaction> {
    return press(this.#core, this.#user, surface, actionId, value)
  }

  /** Fills a modal by block_id or action_id and submits it. */
  submits(view: View, values: Record<string, string | string[]> = {}): Promise<Submission> {
    return submit(this.#core, this.#user, view, values)
  }

  closes(view: View): Promise<void> {
    return close(this.#core, this.#user, view)
  }

  /** Runs a slash command; resolves at the acknowledgement, and `shown` keeps growing with later answers. */
  runs(command: string, text: string, channel: Channel): Promise<Interaction> {
    this.#mustBeIn(channel)
    return runCommand(this.#core, this.#user, this.#installation(), { name: command, text, channel })
  }

  runsShortcut(callbackId: string, message?: Message): Promise<Interaction> {
    return runShortcut(this.#core, this.#user, this.#installation(), { callbackId, message })
  }

  opensHome(tab: 'home' | 'messages' = 'home'): void {
    openHome(this.#core, this.#user, this.#installation(), tab)
  }

  /** Presses Slack's Stop button in a thread. */
  stops(channel: Channel, threadTs: string): void {
    stopSession(this.#core, this.#user, this.#installation(), channel, threadTs)
  }

  #mustBeIn(channel: Channel): void {
    if (!channel.members.has(this.id)) throw new Error(`${this.name} is not in ${channel.name}`)
  }

  #installation(): Installation {
    const installation = this.#core.world.installations.find((other) => other.team.id === this.teamId)
    if (!installation) throw new Error(`the app is not installed in ${this.teamId}`)
    return installation
  }
}
