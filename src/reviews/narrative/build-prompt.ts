import { envelopeRule, wrapUntrusted } from '../../agent/envelope.ts'
import { estimateTokens } from '../../claude/estimate-tokens.ts'
import type { SystemBlock } from '../../claude/model.ts'
import type { FactsSummary } from '../../evidence/report/facts-summary.ts'
import { searchableSubjects } from '../../verify/check-absence.ts'
import type { ReviewArea, ReviewFinding } from '../review.ts'
import { describeAnswered, describeFacts, describeFindings, describeUnshown } from './describe-facts.ts'
import type { FileHints } from './file-hints.ts'
import type { AnsweredFinding } from './merge-findings.ts'
import type { ReadingPlan } from './plan-reading.ts'
import { renderFile } from './render-code.ts'

export interface Material {
  readonly label: string
  readonly facts: FactsSummary
  /** Open findings of rules, worst first. */
  readonly rules: readonly ReviewFinding[]
  /** As the model may see them, secrets masked. */
  readonly texts: ReadonlyMap<string, string>
  readonly reading: ReadingPlan
  readonly hints: FileHints | undefined
  /** What somebody answered for. */
  readonly answered: readonly AnsweredFinding[]
  /** Files of a change; undefined when all of the code is reviewed. */
  readonly changed: readonly string[] | undefined
}

export interface SharedPrompt {
  readonly system: readonly SystemBlock[]
  /** The same bytes for every call of a review. */
  readonly context: string
  readonly readings: readonly { readonly path: string; readonly part: 'whole' | 'part' }[]
  readonly tokens: number
}

const maxGroundChars = 60_000

/** What all calls of a review have in common: instructions, facts, findings and code. Pure: the same input, the same bytes. */
export function buildSharedPrompt(instructions: string, material: Material): SharedPrompt {
  const files = material.reading.files.map(({ file, partTokens }) => {
    const text = material.texts.get(file.path) ?? ''
    const lines = material.hints?.get(file.path)?.lines ?? []
    const part = partTokens === undefined ? undefined : { tokens: partTokens, lines }
    return { path: file.path, ...renderFile(file.path, text, part) }
  })
  const shown = new Set(files.map(({ path }) => path))
  const ground = [
    `Under review: ${material.label}`,
    describeFacts(material.facts),
    describeFindings(material.rules),
    ...(material.answered.length > 0 ? [describeAnswered(material.answered)] : []),
    ...(material.changed ? [describeChange(material.changed)] : []),
    describeUnshown([...material.texts.keys()].filter((path) => !shown.has(path))),
  ].join('\n\n')
  const system = [{ text: `${instructions.trim()}\n\n${subjectRule}\n\n${envelopeRule}` }]
  const context = [wrapUntrusted(ground, 'facts', maxGroundChars).text, ...files.map(({ text }) => text)].join('\n\n')
  return {
    system,
    context,
    readings: files.map(({ path, isWhole }) => ({ path, part: isWhole ? ('whole' as const) : ('part' as const) })),
    tokens: estimateTokens(context) + estimateTokens(system[0]?.text ?? ''),
  }
}

const subjectRule = `The subject of an absence is one of these, word for word; about anything else no absence can be checked: ${searchableSubjects.join(', ')}.`

function describeChange(paths: readonly string[]): string {
  const named = paths.slice(0, 100).join(', ')
  return `This is a review of a change. It touches: ${named}. Report what the change brings, and what it breaks elsewhere; leave the rest alone.`
}

export interface Question {
  readonly areas: readonly ReviewArea[]
  readonly language: string | undefined
  /** Titles of what was found so far, where a verdict is asked for. */
  readonly verdictOver: readonly string[] | undefined
  /** Set when the answer before could not be used. */
  readonly isSecondTry: boolean
}

/** What one call asks. */
export function askForAreas({ areas, language, verdictOver, isSecondTry }: Question): string {
  return [
    `Review these areas now: ${areas.join(', ')}.`,
    ...(verdictOver ? [askForVerdict(verdictOver)] : ['Give no verdict.']),
    ...(isSecondTry
      ? ['Your answer before could not be used: keep to the shape, and report only the three worst findings.']
      : []),
    ...inLanguage(language),
    'No repairs are asked for.',
  ].join('\n')
}

function askForVerdict(titles: readonly string[]): string {
  const found = titles.slice(0, 30).map((title) => `- ${title.replace(/\p{Cc}+/gu, ' ').slice(0, 160)}`)
  return `Also give the verdict over all areas. Found and checked so far:\n${wrapUntrusted(found.join('\n'), 'findings', 8000).text}`
}

export interface Broken {
  readonly ref: string
  readonly problem: string
  readonly title: string
  readonly code: string | undefined
  readonly language: string
  readonly packages: readonly { readonly name: string; readonly version: string }[]
}

/** Asks for one more try at the fixes that did not pass. */
export function askForRepairs(broken: readonly Broken[], language: string | undefined): string {
  return [
    'Repair these fixes of yours, and answer nothing else: no explanations, findings, areas or verdict. For each, give its ref with code that parses and packages that exist; give null as code and no packages when you cannot.',
    wrapUntrusted(JSON.stringify(broken, null, 1), 'fixes', 60_000).text,
    ...inLanguage(language),
  ].join('\n')
}

/** A language is a setting that people write; anything but a name is not passed on. */
function inLanguage(language: string | undefined): string[] {
  if (!language || !/^[\p{L}\p{M} ()-]{2,40}$/u.test(language)) return []
  return [`Write all prose in ${language}. Code, quotes, names, ids and subjects stay as they are.`]
}
