import type { Extraction } from '../../claude/extract.ts'
import type { ExtractionFailure } from '../../claude/failures.ts'
import { sentenceFor } from '../../claude/sentences.ts'
import type { Narrative, NarrativeInput, OnProgress } from '../narrate.ts'
import type { ReviewArea, ReviewFinding } from '../review.ts'
import { labelOf } from '../shown-areas.ts'
import { askModel, type Interview } from './ask-model.ts'
import type { Answer } from './answer-schema.ts'
import { askForAreas, askForRepairs } from './build-prompt.ts'
import { callsClean, findCleanAreas } from './clean-areas.ts'
import type { NarrateDeps } from './create-narrate.ts'
import { maxRepairTokens, narrativePlans, type NarrativeCall, type NarrativePlan } from './plan-calls.ts'
import { priceOf } from './estimate-review.ts'
import { mostFindingsShown } from './describe-facts.ts'
import { mergeFindings } from './merge-findings.ts'
import { type Kept, readKept } from './parts.ts'
import { type PreparedReview, prepareReview } from './prepare-review.ts'
import { Purse, type Spent } from './purse.ts'
import { type Checked, type Part, verifyClaims } from './verify-claims.ts'

const mostRepairs = 12

/** Why the calls ended before the last one. */
type Stop = 'stopped' | 'capped' | 'failed'

/** One review's conversation with the model: asks area by area, keeps what it is told, and checks all of it. */
export class NarrativeRun {
  readonly #deps: NarrateDeps
  readonly #input: NarrativeInput
  readonly #onProgress: OnProgress
  readonly #plan: NarrativePlan
  readonly #prepared: PreparedReview
  readonly #interview: Interview
  /** What calls that broke off may have cost beyond what we saw; it counts against the cap. */
  #lostUsd: number
  readonly #notices: string[] = []
  #kept: Kept
  #isPriced = true

  constructor(deps: NarrateDeps, input: NarrativeInput, onProgress: OnProgress) {
    this.#deps = deps
    this.#input = input
    this.#onProgress = onProgress
    this.#plan = narrativePlans[input.depth]
    this.#kept = readKept(input.kept)
    this.#lostUsd = this.#kept.pendingUsd
    this.#prepared = prepareReview(deps.instructions, input)
    this.#interview = {
      claude: deps.claude,
      shared: this.#prepared.shared,
      effort: this.#plan.effort,
      payer: new Purse({
        capUsd: this.#leftUsd(),
        payer: input.payer,
        notePending: (worstUsd) => this.#keep({ pendingUsd: this.#lostUsd + worstUsd }),
        noteSpent: (spent) => this.#noteSpent(spent),
      }),
    }
  }

  async run(signal: AbortSignal): Promise<Narrative> {
    const stop = await this.#askAll(signal)
    this.#onProgress({ step: 'verify', done: 0, total: 1 })
    const checked = stop || signal.aborted ? await this.#check() : await this.#repair(signal)
    this.#onProgress({ step: 'verify', done: 1, total: 1 })
    return this.#conclude(checked, stop)
  }

  #leftUsd(): number | undefined {
    const { capUsd } = this.#input
    return capUsd === undefined ? undefined : capUsd - this.#kept.spentUsd - this.#kept.pendingUsd
  }

  async #askAll(signal: AbortSignal): Promise<Stop | undefined> {
    const { calls } = this.#plan
    for (const [index, call] of calls.entries()) {
      if (this.#hasAnswer(call)) continue
      const detail = labelsOf(call.areas)
      this.#onProgress({ step: 'narrate', done: index, total: calls.length, detail })
      const stop = signal.aborted ? 'stopped' : await this.#askAreas(call, signal)
      if (stop) return stop
    }
    this.#onProgress({ step: 'narrate', done: calls.length, total: calls.length })
    return undefined
  }

  async #askAreas(call: NarrativeCall, signal: AbortSignal): Promise<Stop | undefined> {
    const isLast = call === this.#plan.calls.at(-1)
    const verdictOver = isLast ? this.#titles(await this.#check()) : undefined
    let reply = await this.#ask({ ...call, verdictOver, isSecondTry: false }, signal)
    if (isUnusable(reply)) reply = await this.#ask({ ...call, verdictOver, isSecondTry: true }, signal)
    if (!reply.ok) return this.#takeFailure(reply.failure, call)
    const part = {
      call: this.#keyOf(call),
      areas: call.areas,
      rules: this.#ruleIds(),
      answer: { ...reply.value, repairs: [] },
    }
    await this.#keep({ parts: [...this.#kept.parts, part] })
    return undefined
  }

  #ask(
    question: Omit<Parameters<typeof askForAreas>[0], 'language'>,
    signal: AbortSignal,
  ): Promise<Extraction<Answer>> {
    const prompt = askForAreas({ ...question, language: this.#input.language })
    return askModel(this.#interview, { prompt, maxTokens: this.#prepared.answerTokens }, signal)
  }

  /** What concerns one question alone skips its areas; what concerns the provider ends the calls. */
  #takeFailure(failure: ExtractionFailure, { areas }: NarrativeCall): Stop | undefined {
    if (failure.kind === 'over-budget') return 'capped'
    if (failure.kind === 'aborted') return 'stopped'
    const isOwn = failure.kind === 'refusal' || failure.kind === 'unusable-answer'
    const about = isOwn ? labelsOf(areas) : 'The review ended early'
    this.#notices.push(`${about}: ${sentenceFor(failure)}`)
    return isOwn ? undefined : 'failed'
  }

  async #repair(signal: AbortSignal): Promise<Checked> {
    const checked = await this.#check()
    if (this.#kept.repairs || checked.broken.length === 0) return checked
    const prompt = askForRepairs(checked.broken.slice(0, mostRepairs), this.#input.language)
    const reply = await askModel(this.#interview, { prompt, maxTokens: maxRepairTokens }, signal)
    if (!reply.ok) return checked
    await this.#keep({ repairs: reply.value.repairs })
    return this.#check()
  }

  #check(): Promise<Checked> {
    const { findings, target, excepted, originOf, known = [] } = this.#input
    return verifyClaims(this.#parts(), this.#kept.repairs ?? [], {
      code: this.#prepared.code,
      registry: this.#deps.registry,
      rules: findings,
      known: new Set([...excepted, ...known]),
      findUrl: (path, line, endLine) => this.#deps.findUrl(target, path, line, endLine),
      originOf: (place) => originOf?.(place),
    })
  }

  #conclude(checked: Checked, stop: Stop | undefined): Narrative {
    const { files, evidence, depth } = this.#input
    const findings = this.#merge(checked)
    const left = this.#plan.calls.filter((call) => !this.#hasAnswer(call)).flatMap(({ areas }) => areas)
    const readings = this.#parts().length > 0 ? this.#prepared.shared.readings : []
    const context = { files, evidence, depth, readings, findings }
    const areas = this.#plan.calls.flatMap((call) => call.areas)
    const mayBeClean = findCleanAreas(areas, context)
    const clean = checked.clean.filter(({ area }) => mayBeClean.has(area) && !left.includes(area))
    const isAllClean = clean.length === areas.length
    const givesAllClear = checked.verdict !== undefined && (findings.length === 0 || callsClean(checked.verdict))
    const saysTooMuch = givesAllClear && !isAllClean
    checked.drops.add(
      'areas called clean without being read or free of findings',
      checked.clean.length - clean.length + (saysTooMuch ? 1 : 0),
    )
    return {
      verdict: saysTooMuch ? undefined : checked.verdict,
      findings,
      clean,
      dropped: checked.drops.toRecord(),
      readings,
      ending: this.#endingOf(stop, left),
      notices: [...new Set(this.#notices)],
      costUsd: this.#isPriced ? this.#kept.spentUsd : undefined,
      modelName: this.#deps.modelName,
    }
  }

  #endingOf(stop: Stop | undefined, areasLeft: readonly ReviewArea[]): Narrative['ending'] {
    if (areasLeft.length === 0) return { kind: 'complete' }
    const kind = stop ?? 'stopped'
    if (kind === 'stopped') return { kind, areasLeft }
    const calls = this.#plan.calls.filter((call) => !this.#hasAnswer(call)).length
    const work = { calls, prefixTokens: this.#prepared.shared.tokens, answerTokens: this.#prepared.answerTokens }
    return { kind, areasLeft, continueUsd: priceOf(work, this.#deps.modelName) }
  }

  #merge({ explanations, findings: own }: Checked): ReviewFinding[] {
    return mergeFindings({ rules: this.#input.findings, explanations, own, answered: this.#prepared.answered })
  }

  #titles(checked: Checked): string[] {
    return this.#merge(checked).map(
      ({ severity, title, place }) => `${severity}: ${title} (${place.path}:${place.line})`,
    )
  }

  #hasAnswer(call: NarrativeCall): boolean {
    return this.#kept.parts.some((part) => part.call === this.#keyOf(call))
  }

  /** Answers of this depth; another depth read other code. */
  #parts(): Part[] {
    return this.#kept.parts.filter(({ call }) => this.#plan.calls.some((planned) => this.#keyOf(planned) === call))
  }

  #keyOf({ id }: NarrativeCall): string {
    return `${this.#input.depth}/${id}`
  }

  #ruleIds(): string[] {
    return this.#input.findings.slice(0, mostFindingsShown).map(({ fingerprint }) => fingerprint)
  }

  async #noteSpent({ atMostUsd, ...spent }: Spent): Promise<void> {
    const { costUsd } = spent
    if (costUsd === undefined || atMostUsd === undefined) this.#isPriced = false
    this.#lostUsd += (atMostUsd ?? 0) - (costUsd ?? 0)
    await this.#keep({ spentUsd: this.#kept.spentUsd + (costUsd ?? 0), pendingUsd: this.#lostUsd })
    await this.#input.noteUsage?.(spent)
  }

  async #keep(changed: Partial<Kept>): Promise<void> {
    this.#kept = { ...this.#kept, ...changed }
    await this.#input.keep(this.#kept)
  }
}

function labelsOf(areas: readonly ReviewArea[]): string {
  return [...new Set(areas.map(labelOf))].join(', ')
}

function isUnusable(reply: Extraction<Answer>): boolean {
  return !reply.ok && reply.failure.kind === 'unusable-answer'
}
