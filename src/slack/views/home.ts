import type { HomeView, KnownBlock } from '@slack/web-api'
import type { WorkspaceWeek } from '../../turns/feedback.ts'
import type { Decision } from '../../decisions/decision.ts'
import { renderDecisionLines } from './decisions/list.ts'
import { formatCost } from './footer.ts'

export interface HomeFacts {
  /** Undefined when there is no key. */
  model: string | undefined
  dailyBudgetUsd: number
  github: string
  /** How the workspace is doing, for its members. */
  workspace: WorkspaceFacts | undefined
  decisions: { waiting: readonly Decision[]; recent: readonly Decision[]; due: readonly Decision[] }
}

export interface WorkspaceFacts {
  week: WorkspaceWeek
  /** Rules whose findings people here called wrong, most often first. */
  calledWrong: readonly { rule: string; wrong: number }[]
}

/** The Home tab: what can be asked, and how this workspace is doing. */
export function renderHome(facts: HomeFacts): HomeView {
  return {
    type: 'home',
    blocks: [
      header('Architect'),
      section(
        'An architect for Node.js backends, in your threads. Mention me in a channel or write to me under Messages. I read the code you link and remember the thread.',
      ),
      ...renderDecisions(facts.decisions),
      header('What you can ask'),
      section(
        [
          '• _Express or Fastify for 2,000 requests a second with heavy validation?_',
          '• _What breaks first here under load?_ with a link to a repository, folder, file, commit or pull request on GitHub',
          '• _How should orders and payments share a transaction?_',
          '• `/arch-review` with a GitHub address reviews it; it says first what that costs',
          '• _record this decision_ in a thread drafts a record of it; `/architect decisions` finds them',
          '• `/architect links` shows which repositories a channel may read; an admin adds one with `/architect link`',
        ].join('\n'),
      ),
      ...(facts.workspace ? renderWorkspace(facts.workspace) : []),
      header('How I am set up'),
      section(
        [
          facts.model
            ? `Answers come from ${facts.model}, up to $${facts.dailyBudgetUsd} a day.`
            : 'No model key is set: I answer from the code, the playbooks and the thread alone, at no cost.',
          `GitHub: ${facts.github}.`,
        ].join('\n'),
      ),
    ],
  }
}

/** Slack takes 100 blocks on this page. */
const shownAtMost = 10

function renderDecisions({ waiting, recent, due }: HomeFacts['decisions']): KnownBlock[] {
  return [
    ...renderGroup('Waiting for you', waiting),
    ...renderGroup('To be looked at again', due),
    ...renderGroup('Recent decisions', recent),
  ]
}

function renderGroup(title: string, decisions: readonly Decision[]): KnownBlock[] {
  return decisions.length === 0 ? [] : [header(title), ...renderDecisionLines(decisions.slice(0, shownAtMost))]
}

function renderWorkspace({ week, calledWrong }: WorkspaceFacts): KnownBlock[] {
  const lines = [renderWeek(week), ...renderCalledWrong(calledWrong)]
  return [header('The last seven days here'), section(lines.join('\n'))]
}

function renderCalledWrong(rules: WorkspaceFacts['calledWrong']): string[] {
  const worst = rules.slice(0, 3).map(({ rule, wrong }) => `\`${rule}\` ${count(wrong, 'time')}`)
  return worst.length === 0 ? [] : [`Findings called wrong so far: ${worst.join(', ')}`]
}

function renderWeek(week: WorkspaceWeek): string {
  const priced = week.unpricedAnswers > 0 ? ` (${week.unpricedAnswers} answers without a known price)` : ''
  return [
    `${count(week.answers, 'answer')}, ${week.failures} failed, ${week.waiting} in progress`,
    `${formatCost(week.costUsd)} spent${priced}`,
    `${week.helpful} rated helpful, ${week.notHelpful} not helpful`,
  ].join('\n')
}

const count = (amount: number, noun: string) => `${amount} ${noun}${amount === 1 ? '' : 's'}`
const header = (text: string): KnownBlock => ({ type: 'header', text: { type: 'plain_text', text } })
const section = (text: string): KnownBlock => ({ type: 'section', text: { type: 'mrkdwn', text } })
