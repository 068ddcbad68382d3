import { parseAssertion } from './checks/parse-assertion.ts'
import { printAssertion } from './checks/print-assertion.ts'
import type { DecisionBody, DecisionDraft, Option, Source, Statement } from './decision.ts'
import type { ToldDecision, ToldSentence } from './draft-schema.ts'
import type { CodeLine, ThreadMessage } from './thread.ts'

/** What a draft may point at. */
export interface Material {
  messages: readonly ThreadMessage[]
  code: readonly CodeLine[]
}

const keywordsKept = 10
const checksKept = 5

/** What the model told, as far as it holds: checks that can be read, and a day that is still to come. */
export function checkDraft(
  told: ToldDecision,
  material: Material,
  repository: string | undefined,
  now: number,
): DecisionDraft {
  const reviewBy = /^\d{4}-\d{2}-\d{2}$/.test(told.reviewBy) ? Date.parse(told.reviewBy) : Number.NaN
  const checks = distinct(told.checks).flatMap((line) => {
    const read = parseAssertion(line)
    return read.ok ? [printAssertion(read.assertion)] : []
  })
  return {
    body: checkBody(told, material, repository),
    checks: distinct(checks).slice(0, checksKept),
    reviewBy: reviewBy > now ? reviewBy : undefined,
    supersedes: [],
  }
}

/**
 * Turns what the model told into a body. A sentence keeps its source only when its quote stands in that very message or
 * line; otherwise it is marked as inferred. Only people who wrote in the thread can be its deciders.
 */
function checkBody(told: ToldDecision, material: Material, repository: string | undefined): DecisionBody {
  const check = (list: readonly ToldSentence[]) => list.flatMap((sentence) => checkSentence(sentence, material))
  const people = new Set(
    material.messages.filter(({ fromArchitect }) => !fromArchitect).map(({ authorId }) => authorId),
  )
  const deciders = distinct(told.deciders).filter((id) => people.has(id))
  const option = told.option.trim()
  return {
    title: oneLine(told.title),
    context: check(told.context),
    drivers: check(told.drivers),
    options: checkOptions(told, option, check),
    outcome: { option, justification: check(told.because) },
    good: check(told.good),
    neutral: [],
    bad: check(told.bad),
    confirmation: check(told.confirmation),
    more: [],
    extra: [],
    deciders,
    consulted: distinct(told.consulted).filter((id) => people.has(id) && !deciders.includes(id)),
    informed: [],
    affects: { paths: distinct(told.paths), packages: distinct(told.packages), services: distinct(told.services) },
    tags: distinct(told.tags.map((tag) => tag.toLowerCase())),
    keywords: distinct(told.keywords).slice(0, keywordsKept),
    reversibility: told.reversibility,
    repository,
  }
}

function checkOptions(
  { options }: ToldDecision,
  chosen: string,
  check: (list: readonly ToldSentence[]) => Statement[],
): Option[] {
  const named = new Map<string, Option>()
  for (const told of options) {
    const name = oneLine(told.name)
    const option = named.get(name) ?? { name, description: [], pros: [], neutral: [], cons: [] }
    option.pros.push(...check(told.for))
    option.cons.push(...check(told.against))
    if (name !== '') named.set(name, option)
  }
  if (chosen !== '' && !named.has(chosen))
    named.set(chosen, { name: chosen, description: [], pros: [], neutral: [], cons: [] })
  return [...named.values()]
}

function checkSentence({ text, from, quote }: ToldSentence, material: Material): Statement[] {
  const said = oneLine(text)
  return said === '' ? [] : [{ text: said, source: findSource(from.trim(), quote, material) }]
}

function findSource(from: string, quote: string, { messages, code }: Material): Source {
  const message = messages.find(({ ts }) => ts === from)
  if (message && holds(message.text, quote)) return { kind: 'message', ts: message.ts, link: message.link }
  const line = code.find(({ place }) => place === from)
  if (line && holds(line.text, quote)) return { kind: 'file', place: line.place, link: line.link }
  return { kind: 'inferred' }
}

/** Whether a text holds a quote, whatever the white space and the kind of quotation marks. */
function holds(text: string, quote: string): boolean {
  const wanted = plain(quote)
  return wanted !== '' && plain(text).includes(wanted)
}

function plain(text: string): string {
  return text
    .normalize()
    .replaceAll(/[“”„«»]/g, '"')
    .replaceAll(/[‘’]/g, "'")
    .replaceAll('&amp;', '&')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll(/\s+/g, ' ')
    .trim()
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim()
}

function distinct(texts: readonly string[]): string[] {
  return [...new Set(texts.map(oneLine))].filter((text) => text !== '')
}
