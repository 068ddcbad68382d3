import { setTimeout as sleep } from 'node:timers/promises'
import type { App, SlashCommand } from '@slack/bolt'
import type { ExchangeDeskDeps } from './decisions/exchange-desk.ts'
import { linkChannel, listLinks, unlinkChannel, type LinkDeps } from './link-commands.ts'
import { type ChannelDeps, setUpChannel } from './channel-command.ts'
import { needOf, refuseNeed } from './gate.ts'
import { changeDigest, type DigestCommandDeps } from './digest-command.ts'
import { type ReviewDeps, startReview } from './review-command.ts'
import { type Reply, say } from '../views/reply.ts'
import { sentences } from '../views/sentences.ts'

export type CommandDeps = LinkDeps & ReviewDeps & ChannelDeps & DigestCommandDeps & ExchangeDeskDeps

// What decisions need is not needed to start.
const loadDecisions = () => import('./decisions/decision-commands.ts')
const loadExchange = () => import('./decisions/exchange-desk.ts')

/** Answers privately to whoever ran the command. */
type CommandListener = (command: SlashCommand, deps: CommandDeps) => Promise<Reply | string>

const commands: Record<string, CommandListener> = {
  '/architect': runArchitectCommand,
  '/arch-review': startReview,
}

export const slashCommands = Object.keys(commands)

const subcommands: Record<string, CommandListener> = {
  link: linkChannel,
  unlink: unlinkChannel,
  links: listLinks,
  channel: setUpChannel,
  digest: changeDigest,
  decide: async (command, deps) => (await loadDecisions()).decide(command, deps),
  decisions: async (command, deps) => (await loadDecisions()).showDecisions(command, deps),
  export: async (command, deps) => (await loadExchange()).exportToRepository(command, deps),
  import: async (command, deps) => (await loadExchange()).showImport(command, deps),
}

/** Nobody waits longer for a first word; past this the answer follows by itself. */
const answerWithinMs = 800

/** Every slash command; one that is not known gets a sentence instead of Slack's time-out. */
export function listenToCommands(app: App, deps: CommandDeps): void {
  app.command(/.*/, async ({ ack, command, respond }) => {
    const answer = runCommand(command, deps)
    // Whoever runs a command is told how it ended, whatever happens; the error still reaches the log.
    const orTell =
      (tell: (failed: Reply & { response_type: 'ephemeral' }) => Promise<unknown>) => async (error: unknown) => {
        await tell({ response_type: 'ephemeral', ...say(sentences.commandFailed) })
        throw error
      }
    const soon = await Promise.race([answer, sleep(answerWithinMs, undefined)]).catch(orTell(ack))
    if (soon !== undefined) return ack({ response_type: 'ephemeral', ...toReply(soon) })
    await ack({ response_type: 'ephemeral', text: sentences.looking })
    await respond({ response_type: 'ephemeral', ...toReply(await answer.catch(orTell(respond))) })
    return undefined
  })
}

async function runCommand(command: SlashCommand, deps: CommandDeps): Promise<Reply | string> {
  const person = { teamId: command.team_id, userId: command.user_id }
  const listener = commands[command.command]
  if (!listener) return sentences.unknownCommand(command.command)
  return (await refuseNeed(deps, person, needOf(command))) ?? listener(command, deps)
}

const toReply = (answer: Reply | string) => (typeof answer === 'string' ? say(answer) : answer)

async function runArchitectCommand(command: SlashCommand, deps: CommandDeps): Promise<Reply | string> {
  const [name = '', ...rest] = command.text.trim().split(/\s+/)
  const known = name.toLowerCase()
  const subcommand = Object.hasOwn(subcommands, known) ? subcommands[known] : undefined
  if (subcommand) return subcommand({ ...command, text: rest.join(' ') }, deps)
  return name === '' || name === 'help' ? sentences.help : sentences.unknownCommand(`/architect ${name}`)
}
