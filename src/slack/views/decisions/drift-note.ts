import type { DriftWords } from '../../../decisions/checks/tell-drift.ts'
import { type DecisionWriter, describeDecision, describePlaces } from '../../../reviews/describe-decisions.ts'
import { linkDecisions } from '../../../reviews/link-decisions.ts'
import { oneLine } from '../one-line.ts'
import type { Rendered } from '../rendered.ts'

/** Where code can be looked at. */
export interface CodeAddresses {
  /** Such as https://github.com. */
  origin: string
  permalink(repository: string, sha: string, path: string, line: number): string
}

const mostLines = 10
const wordsChars = 200

/** What has become of a decision in the code, for its thread. */
export function renderDriftNote(words: DriftWords, addresses: CodeAddresses): Rendered {
  const lines = words.kind === 'fixed' ? [describeFix(words, addresses)] : describeDrift(words, addresses)
  const text = lines.join('\n')
  return {
    text: words.kind === 'fixed' ? `${words.name} holds again` : `${words.name} is broken`,
    blocks: [{ type: 'section', text: { type: 'mrkdwn', text, verbatim: true } }],
  }
}

function describeFix({ name, title, repository }: DriftWords, { origin }: CodeAddresses): string {
  return `*${name}* holds again in ${writer.link(repository, `${origin}/${repository}`)}: ${writer.words(title)}`
}

function describeDrift({ name, title, repository, sha, checks }: DriftWords, addresses: CodeAddresses): string[] {
  const repositoryUrl = `${addresses.origin}/${repository}`
  const permalink = (path: string, line: number) => addresses.permalink(repository, sha, path, line)
  const linked = linkDecisions([{ name, title, url: undefined, checks }], { repositoryUrl, permalink })
  return linked.flatMap((decision) => [
    `${describeDecision(decision, writer)} (${writer.link(repository, repositoryUrl)})`,
    ...decision.checks
      .slice(1, mostLines)
      .map((check) => `• also \`${writer.words(check.assertion)}\`${describePlaces(check, writer)}`),
  ])
}

const writer: DecisionWriter = {
  link: (text, url) =>
    url && /^https?:\/\/[^\s<>|]+$/.test(url)
      ? `<${url}|${oneLine(text, wordsChars)}>`
      : `*${oneLine(text, wordsChars)}*`,
  words: (text) => oneLine(text, wordsChars),
  exact: (text) => oneLine(text, wordsChars),
}
