import { setTimeout as sleep } from 'node:timers/promises'
import * as z from 'zod'
import { workspace } from '../../playground/local-workspace.ts'

const block = z.looseObject({ type: z.string() })
const button = z.object({
  type: z.literal('button'),
  action_id: z.string(),
  block_id: z.string().optional(),
  value: z.string(),
})
const message = z.object({
  ts: z.string(),
  user: z.string(),
  text: z.string(),
  thread_ts: z.string().optional(),
  subtype: z.string().optional(),
  ephemeral_to: z.string().optional(),
  blocks: z.array(block).optional(),
})
const screen = z.object({
  t: z.literal('init'),
  state: z.object({
    channels: z.array(z.object({ id: z.string(), is_im: z.boolean(), members: z.array(z.string()) })),
    messages: z.record(z.string(), z.array(message)),
    modalStack: z.array(z.object({ blocks: z.array(block) })),
    homeViews: z.record(z.string(), z.record(z.string(), z.object({ blocks: z.array(block) }))),
  }),
})
const log = z.object({ log: z.array(z.object({ kind: z.string(), direction: z.string(), summary: z.string() })) })

const waitMs = 20_000

export type LocalMessage = z.infer<typeof message>

/** Another author's Slack, driven as a person does: through its control API and its own web page's socket. */
export class LocalSlack {
  readonly #url: string
  readonly mention = `<@${workspace.app.botUserId}>`

  constructor(url: string) {
    this.#url = url
  }

  /** Posts as a person and gives the message's ts. */
  async says(user: string, channel: string, text: string, threadTs?: string): Promise<string> {
    const answer = await this.#control('message', { user, channel, text, ...(threadTs && { thread_ts: threadTs }) })
    return z.object({ message: z.object({ ts: z.string() }) }).parse(answer).message.ts
  }

  async runs(user: string, channel: string, command: string, text: string): Promise<void> {
    await this.#control('command', { user, channel, command, text })
  }

  /** Presses a button of a message. */
  async clicks(user: string, channel: string, shown: LocalMessage, actionId: string): Promise<void> {
    const action = buttonsOf(shown).find((found) => found.action_id === actionId)
    if (!action) throw new Error(`there is no ${actionId} to press`)
    await this.#control('interact', { user, channel, messageTs: shown.ts, action })
  }

  async opensHome(user: string): Promise<void> {
    await this.#control('open-home', { user })
  }

  /** Fills the open modal, by block and field, and sends it. */
  async submits(user: string, values: Record<string, Record<string, unknown>>): Promise<void> {
    await this.#onPage((socket) => socket.send(JSON.stringify({ t: 'view_submit', user, values })))
  }

  /** What a channel shows to everybody, oldest first. */
  async messages(channel: string): Promise<LocalMessage[]> {
    return (await this.#onPage()).messages[channel] ?? []
  }

  /** The bot's messages in a thread, oldest first. */
  async answers(channel: string, threadTs: string): Promise<LocalMessage[]> {
    const shown = await this.messages(channel)
    return shown.filter(({ user, thread_ts }) => user === workspace.app.botUserId && thread_ts === threadTs)
  }

  /** Resolves with the thread's answer number `count` once it can be rated, which only a finished one can. */
  async waitForAnswer(channel: string, threadTs: string, count = 1): Promise<LocalMessage> {
    return this.waitUntil(async () => {
      const answer = (await this.answers(channel, threadTs))[count - 1]
      return answer && textOf(answer).includes('Not helpful') ? answer : undefined
    })
  }

  /** The person's direct channel with the bot, once there is one. */
  async directChannel(user: string): Promise<string | undefined> {
    return (await this.#onPage()).channels.find(({ is_im, members }) => is_im && members.includes(user))?.id
  }

  async home(user: string): Promise<string> {
    const views = Object.values((await this.#onPage()).homeViews[user] ?? {})
    return views.map(textOf).join('\n')
  }

  async modal(): Promise<string | undefined> {
    const top = (await this.#onPage()).modalStack.at(-1)
    return top && textOf(top)
  }

  /** The Web API methods the bot called, in order. */
  async calls(): Promise<string[]> {
    const { log: lines } = log.parse(await (await fetch(`${this.#url}/_control/log`)).json())
    return lines
      .filter(({ kind, direction }) => kind === 'web_api' && direction === 'from_bot')
      .map((line) => line.summary)
  }

  /** Asks again until there is a value; rejects after twenty seconds. */
  async waitUntil<T>(read: () => Promise<T | undefined | false | ''>): Promise<T> {
    for (const deadlineMs = Date.now() + waitMs; Date.now() < deadlineMs; await sleep(30)) {
      const found = await read()
      if (found !== undefined && found !== false && found !== '') return found
    }
    throw new Error('waited twenty seconds for the local workspace to show it')
  }

  /** Opens the page's socket, does something on it, and gives what the page showed when it opened. */
  async #onPage(act: (socket: WebSocket) => void = () => {}) {
    const socket = new WebSocket(`${this.#url.replace('http', 'ws')}/ui`)
    try {
      const first = await new Promise<unknown>((resolve, reject) => {
        socket.addEventListener('message', ({ data }) => resolve(JSON.parse(String(data))), { once: true })
        socket.addEventListener('error', () => reject(new Error('the local workspace does not answer')), { once: true })
      })
      act(socket)
      return screen.parse(first).state
    } finally {
      socket.close()
    }
  }

  async #control(what: string, body: unknown): Promise<unknown> {
    const response = await fetch(`${this.#url}/_control/${what}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    if (!response.ok) throw new Error(`the local workspace refused ${what}: ${await response.text()}`)
    return response.json()
  }
}

/** Every word in a message or view, as a reader meets it. */
export function textOf({
  blocks = [],
  ...shown
}: {
  blocks?: readonly unknown[] | undefined
  text?: string | undefined
}): string {
  return blocks.length > 0 ? collectTexts(blocks).join('\n') : (shown.text ?? '')
}

function buttonsOf({ blocks = [] }: LocalMessage): z.infer<typeof button>[] {
  return blocks
    .flatMap(({ elements }) => (Array.isArray(elements) ? elements : []))
    .flatMap((element) => {
      const parsed = button.safeParse(element)
      return parsed.success ? [parsed.data] : []
    })
}

function collectTexts(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(collectTexts)
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, part]) =>
    key === 'text' && typeof part === 'string' ? [part] : collectTexts(part),
  )
}
