import { setTimeout as sleep } from 'node:timers/promises'
import type { App, SlashCommand } from '@slack/bolt'
import { linkChannel, listLinks, unlinkChannel, type LinkDeps } from './link-commands.ts'
import { type ReviewDeps, startReview } from './review-command.ts'
import { sentences } from '../views/sentences.ts'

export type CommandDeps = LinkDeps & ReviewDeps

/** Answers privately to whoever ran the command. */
type CommandListener = (command: SlashCommand, deps: CommandDeps) => Promise<string>

const commands: Record<string, CommandListener> = {
  '/architect': runArchitectCommand,
  '/arch-review': startReview,
}

export const slashCommands = Object.keys(commands)

const subcommands: Record<string, CommandListener> = {
  link: linkChannel,
  unlink: unlinkChannel,
  links: listLinks,
}

/** Slack waits three seconds for an acknowledgement; past this the answer follows by itself. */
const answerWithinMs = 2000

/** Every slash command; one that is not known gets a sentence instead of Slack's time-out. */
export function listenToCommands(app: App, deps: CommandDeps): void {
  app.command(/.*/, async ({ ack, command, respond }) => {
    const listener = commands[command.command]
    const answer = listener ? listener(command, deps) : Promise.resolve(sentences.unknownCommand(command.command))
    const soon = await Promise.race([answer, sleep(answerWithinMs, undefined)])
    if (soon !== undefined) return ack({ response_type: 'ephemeral', text: soon })
    await ack()
    await respond({ response_type: 'ephemeral', text: await answer })
    return undefined
  })
}

async function runArchitectCommand(command: SlashCommand, deps: CommandDeps): Promise<string> {
  const [name = '', ...rest] = command.text.trim().split(/\s+/)
  const subcommand = subcommands[name.toLowerCase()]
  if (subcommand) return subcommand({ ...command, text: rest.join(' ') }, deps)
  return name === '' || name === 'help' ? sentences.help : sentences.unknownCommand(`/architect ${name}`)
}
