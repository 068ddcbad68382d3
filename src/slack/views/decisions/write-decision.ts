import { writeCheck } from '../../../decisions/checks/write-check.ts'
import type { Decision, DecisionBody, DecisionDraft, Statement } from '../../../decisions/decision.ts'
import { nameDecision, toOneLine } from '../../../decisions/decision.ts'
import { waitingFor } from '../../../decisions/decide.ts'
import { isoDay } from '../../../lib/iso-day.ts'

/** A draft as people read it before anything is stored: the text, what is checked, and when it is looked at again. */
export function writeDraft({ body, checks, reviewBy }: DecisionDraft): string {
  const day = reviewBy === undefined ? '' : `To be looked at again by ${isoDay(reviewBy)}.`
  return [writeBody(body), writeChecks(checks), day].filter((part) => part !== '').join('\n\n')
}

/** The checks that are run against the code; empty without any. */
export function writeChecks(checks: Decision['checks']): string {
  const lines = checks.map((check) => `- \`${writeCheck(check).replaceAll('`', "'")}\``)
  return lines.length === 0 ? '' : `**Checked against the code**\n${lines.join('\n')}`
}

/** The body of a decision as Markdown, every sentence with its source or marked as inferred. What people and models wrote stays theirs: neutralise it before it is posted. */
export function writeBody(body: DecisionBody): string {
  const { context, drivers, options, outcome, good, neutral, bad, confirmation, more, extra } = body
  return [
    section('Context', sentences(context)),
    section('Drivers', list(drivers)),
    section('Options', options.map((option) => writeOption(option, option.name === outcome.option)).join('\n')),
    section('Because', sentences(outcome.justification)),
    section('Gets better', list(good)),
    section('Changes', list(neutral)),
    section('Gets worse', list(bad)),
    section('Shown by', sentences(confirmation)),
    section('More', sentences(more)),
    ...extra.map(({ heading, markdown }) => section(heading, markdown)),
    section('About', writeAffects(body)),
  ]
    .filter((part) => part !== '')
    .join('\n\n')
}

/** A decision as a card shows it: what, in which state, by whom; nothing waits for who is gone. */
export function writeCard(decision: Decision, gone: readonly string[]): string {
  const { body, status, reason, amendments, threadLink, reviewBy } = decision
  const from = threadLink ? `[recorded from this thread](${threadLink})` : ''
  const facts = [
    decision.number === undefined ? `**${status}**` : `**${nameDecision(decision)}**, ${status}`,
    from,
    reviewBy === undefined ? '' : `to be looked at again by ${isoDay(reviewBy)}`,
    decision.visibility === 'workspace' ? 'shown to the whole workspace' : '',
  ]
  return [
    `### ${body.title}`,
    facts.filter((fact) => fact !== '').join(' · '),
    toOneLine(body),
    writeWords(decision, gone),
    ...(reason ? [`Reason: ${reason}`] : []),
    ...amendments.map(({ text, by, at }) => `Amended ${isoDay(at)} by ${person(by)}: ${text}`),
  ]
    .filter((part) => part !== '')
    .join('\n\n')
}

/** Who decides, and what each has said so far. */
function writeWords(decision: Decision, gone: readonly string[]): string {
  const { body, votes, status } = decision
  if (body.deciders.length === 0) return 'Nobody is named who decides.'
  const said = votes.map(({ userId, approves, reason }) =>
    approves ? `${person(userId)} approves` : `${person(userId)} objects: ${reason}`,
  )
  const waits = status === 'proposed' ? waitingFor(decision) : []
  const deciders = `Decided by ${body.deciders.map(person).join(', ')}.`
  const words = said.length > 0 ? ` ${said.join('; ')}.` : ''
  const present = waits.filter((decider) => !gone.includes(decider))
  const left = waits.filter((decider) => gone.includes(decider))
  return [
    `${deciders}${words}`,
    ...(present.length > 0 ? [`Waiting for ${present.map(person).join(', ')}.`] : []),
    ...(left.length > 0 ? [`${left.map(person).join(', ')} left this workspace, so nothing waits for them.`] : []),
    ...(left.length > 0 && present.length === 0 ? ['Edit it to name who decides.'] : []),
  ].join(' ')
}

function writeOption({ name, description, pros, cons }: DecisionBody['options'][number], chosen: boolean): string {
  const details = [
    ...(description.length > 0 ? [sentences(description)] : []),
    ...pros.map((pro) => `for: ${sentence(pro)}`),
    ...cons.map((con) => `against: ${sentence(con)}`),
  ]
  return [`- ${chosen ? `**${name}** (chosen)` : name}`, ...details.map((detail) => `  - ${detail}`)].join('\n')
}

function writeAffects({ affects, tags, repository, reversibility }: DecisionBody): string {
  return [
    repository && `repository \`${repository}\``,
    affects.paths.length > 0 && `paths ${affects.paths.map(code).join(', ')}`,
    affects.packages.length > 0 && `packages ${affects.packages.map(code).join(', ')}`,
    affects.services.length > 0 && `services ${affects.services.join(', ')}`,
    tags.length > 0 && `tags ${tags.join(', ')}`,
    reversibility !== 'unknown' && (reversibility === 'one-way-door' ? 'hard to take back' : 'easy to take back'),
  ]
    .filter((part) => typeof part === 'string' && part !== '')
    .join(' · ')
}

const section = (heading: string, text: string) => (text === '' ? '' : `**${heading}**\n${text}`)
const sentences = (statements: readonly Statement[]) => statements.map(sentence).join(' ')
const list = (statements: readonly Statement[]) => statements.map((each) => `- ${sentence(each)}`).join('\n')
const code = (text: string) => `\`${text}\``

function sentence({ text, source }: Statement): string {
  switch (source.kind) {
    case 'message':
      return `${text} ([said here](${source.link}))`
    case 'file':
      return `${text} ([${source.place}](${source.link}))`
    case 'inferred':
      return `${text} _(inferred)_`
    case 'written':
      return text
  }
}

/** Somebody of Slack is named so that Slack shows the name; a name from a file stays as it is. */
export function person(id: string): string {
  return /^[UW][A-Z0-9]+$/.test(id) ? `<@${id}>` : id
}
