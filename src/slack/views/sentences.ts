import { escapeMrkdwn } from '../delivery/mrkdwn-text.ts'
import type { ChannelSettings } from '../../access/channel-settings.ts'

/** Every fixed sentence the Slack side says by itself. */
export const sentences = {
  unknownCommand: (command: string) => `I do not know \`${command}\`. Try \`/architect help\`.`,
  unknownAction: 'This button belongs to an earlier version of me and does nothing any more.',
  unknownShortcut: 'I do not know this shortcut any more. Mention me in the thread instead.',
  retrying: 'Trying again.',
  stopping: 'Stopping.',
  nothingRuns: 'That answer is finished already.',
  thanksForVote: 'Thank you, noted.',
  help: [
    '*What I do*',
    '• Mention me in a thread, or write to me directly, with a question about a Node.js backend. Link code on GitHub and I read it.',
    '• `/arch-review <github-url>` reviews a repository, folder, file, pull request or compare; it says first what each depth costs. `@architect review <url>` does the same in a thread.',
    '• `/architect channel repo owner/repo`, `depth standard`, `language German`: what a review here need not ask for.',
    '• `/architect link owner/repo`: an admin lets this channel read a private repository.',
    '• `/architect unlink owner/repo` takes that back; `/architect links` lists them.',
    '• `/architect digest` shows when this channel gets its weekly digest of decisions; `/architect digest on monday 9:00` turns it on.',
    '• `@architect record this decision` in a thread drafts a record of it; `/architect decide <title>` opens the form; `/architect decisions [words] [status:…] [tag:…] [repo:…]` finds them.',
    '• `/architect export [owner/repo]` writes the decisions to a linked repository as a pull request; `/architect import [owner/repo]` reads those that stand there.',
    '• Reply `stop` in a thread, or press Stop, to end an answer.',
  ].join('\n'),
  linkUsage: 'Name one repository: `/architect link owner/repo`.',
  adminsOnly: 'Only an admin of this workspace can change which repositories a channel may read. Ask one of them.',
  linked: (repository: string) =>
    `This channel may now read \`${repository}\`. It is also what I look at when nobody links anything.`,
  unlinked: (repository: string) => `This channel can no longer read \`${repository}\`.`,
  notLinked: (repository: string) => `\`${repository}\` was not linked to this channel.`,
  links: (repositories: readonly string[]) =>
    repositories.length === 0
      ? 'No repository is linked to this channel. An admin links one with `/architect link owner/repo`.'
      : `Linked to this channel: ${repositories.map((repository) => `\`${repository}\``).join(', ')}.`,
  sharedChannel: 'This channel is shared with another company, so no private repository can be read in it.',
  reviewUsage:
    'Give me something on GitHub to look at, for example `/arch-review https://github.com/acme/orders` or a link to a folder, file or pull request.',
  reviewStarted: 'On it; the review comes in its thread.',
  reviewBegun: (link: string | undefined) =>
    `This review has begun already; it comes in ${link ? `<${link}|its thread>` : 'its thread'}.`,
  reviewGone: 'I do not have this review any more. Ask for a new one with `/arch-review`.',
  looking: 'Looking at what is there…',
  findingGone: 'I do not have the review of this finding any more, so I cannot note that. Run the review again.',
  dateIsPast: 'Choose a day that is still to come.',
  dismissed: ({ kind, title, reason, ownerId, userId, until }: DismissedWords) =>
    kind === 'wrong'
      ? `<@${userId}> says that this finding is wrong: _${escapeMrkdwn(title)}_. ${escapeMrkdwn(reason)} It does not come back as long as the code stays the same.`
      : `<@${userId}> noted that this stays as it is${until ? ` until ${until}` : ''}: _${escapeMrkdwn(title)}_. ${escapeMrkdwn(reason)} <@${ownerId}> answers for it.`,
  recordedBefore: 'I was asked to record this before; the draft is in its thread.',
  recorded: 'Recorded as a draft. Propose it on its card when it is ready.',
  discarded: 'Discarded; nothing was kept.',
  formOpened: 'The form is open. Nothing is recorded before you send it.',
  whichDecision: 'Give the number of the decision that replaces it, such as 12.',
  noDecisions:
    'I know no such decision here. Try other words, or `status:draft`; record one with `/architect decide <title>`.',
  exchangeUsage: (verb: 'export' | 'import') =>
    `Name one repository: \`/architect ${verb} owner/repo\`. With one repository linked to this channel, or settled with \`/architect channel repo owner/repo\`, I need no name.`,
  writesForNobody:
    'I serve many workspaces and write to no repository, as my GitHub credentials are not yours. To export decisions, run an Architect of your own.',
  sharedWritesNothing: 'This channel is shared with another company, so I write to no repository from it.',
  settledBefore: 'This file does not differ any more, so there is nothing to choose.',
  oursKept: 'Kept. The next `/architect export` writes it to the repository.',
  decisionsFound: (count: number, more: boolean) =>
    `${count} ${count === 1 ? 'decision' : 'decisions'}${more ? ', and perhaps more: add words, `status:`, `tag:` or `repo:`' : ''}`,
  channelUsage:
    'I know `repo owner/repo`, `depth facts`, `depth standard`, `depth deep`, `language German`, `reactions on`, `reactions off` and `clear`, such as `/architect channel depth standard`.',
  channelSettings: (
    { repository, depth, language, decideByReaction }: ChannelSettings,
    linked: readonly string[],
    hasModel: boolean,
  ) =>
    `Reviews here without a link are about ${repository ? `\`${repository}\`` : describeOpen(linked)}. ` +
    `They ${describeDepth(depth, hasModel)}, and are written in ${language ?? 'English'}.` +
    (decideByReaction ? ' A reaction of a named decider counts for decisions here.' : ''),
  notInstalled: 'I am not installed in this workspace any more. An admin can install me again.',
  askedBefore: 'This message was put to me before; my answer is in its thread. Ask there for more.',
  inviteMe: 'I am not in this channel. Invite me with `/invite @architect`, then try again.',
  slackAway: 'Slack did not take my message just now. Try again in a minute.',
  commandFailed: 'That did not work, and the reason is on my side. Try again; whoever runs me finds it in my log.',
  slackRefused: (code: string) => `Slack did not let me do that (${code}). Please tell the person who runs me.`,
  reviewRequest: (userId: string, url: string) => `<@${userId}> asked for a review of ${escapeMrkdwn(url)}`,
}

function describeDepth(depth: ChannelSettings['depth'], hasModel: boolean): string {
  if (!hasModel) return 'come from facts alone, as I have no key for a model'
  return depth ? `run at depth ${depth} without asking` : 'ask for their depth'
}

function describeOpen([only, ...more]: readonly string[]): string {
  const open = 'what is open in the thread'
  return only === undefined || more.length > 0 ? open : `${open}, else \`${only}\``
}

interface DismissedWords {
  kind: 'wont-fix' | 'wrong'
  title: string
  reason: string
  ownerId: string
  userId: string
  until: string | undefined
}
