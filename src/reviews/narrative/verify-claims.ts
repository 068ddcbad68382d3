import { createHash } from 'node:crypto'
import type { VersionFinder } from '../../verify/check-packages.ts'
import type { ReviewArea, ReviewFinding } from '../review.ts'
import type { Answer, ClaimedFinding, Explanation, Repair } from './answer-schema.ts'
import { buildFinding, type FindingContext } from './build-finding.ts'
import type { Broken } from './build-prompt.ts'
import { type CheckedFix, checkFix, type ClaimedFix } from './check-fix.ts'
import { checkProse, type ProseContext } from './check-prose.ts'
import { linesAround } from './target-code.ts'
import { DropCounts } from './drop-counts.ts'
import { locateClaim } from './locate-claim.ts'
import { createModelFingerprints } from './model-fingerprints.ts'

/** What one call answered, with the findings that its ids meant, since ids are only valid in their own prompt. */
export interface Part {
  readonly call: string
  /** That the call was asked about. */
  readonly areas: readonly ReviewArea[]
  /** Fingerprints in the order of the ids: F1 is the first. */
  readonly rules: readonly string[]
  readonly answer: Answer
}

export interface VerifyContext extends FindingContext {
  readonly registry: VersionFinder
  readonly rules: readonly ReviewFinding[]
  /** Fingerprints of earlier findings and of those somebody answered for. */
  readonly known: ReadonlySet<string>
}

/** What a model made of a finding of the rules. */
export interface CheckedExplanation {
  readonly fingerprint: string
  readonly rank: number
  readonly why: string
  readonly fix: CheckedFix | undefined
}

export interface Checked {
  readonly explanations: readonly CheckedExplanation[]
  /** The model's own findings that hold. */
  readonly findings: readonly ReviewFinding[]
  /** Areas that the model calls clean, and what it says it looked at. */
  readonly clean: readonly { readonly area: ReviewArea; readonly checked: string }[]
  readonly verdict: string | undefined
  readonly drops: DropCounts
  /** Fixes that do not hold and were not repaired. */
  readonly broken: readonly Broken[]
}

const mostExplanations = 12
const mostFindings = 6

/** Checks everything that the calls of a review answered; what does not hold is left out, and counted by reason. */
export async function verifyClaims(
  parts: readonly Part[],
  repairs: readonly Repair[],
  context: VerifyContext,
): Promise<Checked> {
  const verifier = new Verifier(context, new Map(repairs.map((repair) => [repair.ref, repair])))
  for (const part of parts) await verifier.take(part)
  return verifier.result()
}

class Verifier {
  readonly #context: VerifyContext
  readonly #repairs: ReadonlyMap<string, Repair>
  readonly #byFingerprint: ReadonlyMap<string, ReviewFinding>
  readonly #fingerprintOf: ReturnType<typeof createModelFingerprints>
  readonly #drops = new DropCounts()
  readonly #explanations = new Map<string, CheckedExplanation>()
  readonly #findings: ReviewFinding[] = []
  readonly #clean = new Map<ReviewArea, string>()
  readonly #broken: Broken[] = []
  #verdict: string | undefined

  constructor(context: VerifyContext, repairs: ReadonlyMap<string, Repair>) {
    this.#context = context
    this.#repairs = repairs
    this.#byFingerprint = new Map(context.rules.map((rule) => [rule.fingerprint, rule]))
    this.#fingerprintOf = createModelFingerprints(context.known)
  }

  async take(part: Part): Promise<void> {
    const { answer } = part
    const prose = this.#proseContext(part)
    const most = mostFindings * part.areas.length
    this.#drops.add('beyond what one area may have', Math.max(0, answer.findings.length - most))
    this.#drops.add('beyond what one area may have', Math.max(0, answer.explanations.length - mostExplanations))
    for (const item of answer.explanations.slice(0, mostExplanations)) await this.#takeExplanation(item, part, prose)
    for (const claim of answer.findings.slice(0, most)) await this.#takeFinding(claim, prose)
    for (const { area, clean, checked } of answer.areas) {
      if (!clean || !part.areas.includes(area)) continue
      this.#clean.set(area, await checkProse(checked, prose))
    }
    const verdict = answer.verdict && (await checkProse(answer.verdict, prose))
    if (verdict) this.#verdict = verdict.slice(0, 400)
  }

  result(): Checked {
    return {
      explanations: [...this.#explanations.values()],
      findings: this.#findings,
      clean: [...this.#clean].map(([area, checked]) => ({ area, checked })),
      verdict: this.#verdict,
      drops: this.#drops,
      broken: this.#broken,
    }
  }

  #proseContext({ rules }: Part): ProseContext {
    const { code, registry } = this.#context
    const placeOf = (id: string) => {
      const finding = this.#ruleOf(id, rules)
      return finding && `${finding.place.path}:${finding.place.line}`
    }
    return { code, registry, drops: this.#drops, placeOf }
  }

  #ruleOf(id: string, rules: readonly string[]): ReviewFinding | undefined {
    const number = /^F(\d{1,4})$/.exec(id)?.[1]
    return number === undefined ? undefined : this.#byFingerprint.get(rules[Number(number) - 1] ?? '')
  }

  async #takeExplanation(item: Explanation, { rules }: Part, prose: ProseContext): Promise<void> {
    const finding = this.#ruleOf(item.id, rules)
    if (!finding) return this.#drops.add('about a finding that does not exist')
    if (this.#explanations.has(finding.fingerprint)) return
    const { code, language } = item
    const ref = `E${finding.fingerprint.slice(0, 10)}`
    const fix = await this.#checkFix({ code, language, packages: [] }, ref, finding.title)
    this.#explanations.set(finding.fingerprint, {
      fingerprint: finding.fingerprint,
      rank: item.rank,
      why: await checkProse(item.why, { ...prose, near: linesAround(this.#context.code, finding.place) }),
      fix: fix.code === undefined ? undefined : fix,
    })
  }

  async #takeFinding(claim: ClaimedFinding, context: ProseContext): Promise<void> {
    const located = locateClaim(claim, this.#context.code)
    if (located.kind === 'dropped') return this.#drops.add(located.reason)
    if (claim.title.trim() === '' || claim.message.trim() === '')
      return this.#drops.add('without anything that could be checked')
    const { lines } = located
    const spot = { path: claim.path, line: lines.start, endLine: lines.end }
    const prose = { ...context, near: linesAround(this.#context.code, spot) }
    const title = await checkProse(claim.title, prose)
    const message = title && (await checkProse(claim.message, prose))
    if (message === '') return
    const why = await checkProse(claim.why, prose)
    const say = await checkProse(claim.fix.say, { ...prose, mayNameNewFiles: true })
    const fix = await this.#checkFix(claim.fix, refOf(claim), title)
    const texts = { title, message, why, say }
    this.#findings.push(buildFinding(claim, { located, texts, fix }, this.#context, this.#fingerprintOf))
  }

  /** The fix as it was given or, where that fails, as it was repaired; what fails still is left out. */
  async #checkFix(fix: ClaimedFix, ref: string, title: string): Promise<CheckedFix> {
    const { code, registry } = this.#context
    const first = await checkFix(fix, code, registry)
    if (first.problems.length === 0) return first
    const repair = this.#repairs.get(ref)
    if (!repair) this.#noteBroken(ref, title, fix, first)
    const checked = repair ? await checkFix(repair, code, registry) : first
    this.#drops.add('packages or versions that do not exist', checked.dropped.packages)
    this.#drops.add('code examples that do not parse', checked.dropped.code)
    return checked
  }

  #noteBroken(ref: string, title: string, { code, language, packages }: ClaimedFix, { problems }: CheckedFix): void {
    this.#broken.push({ ref, title, problem: problems.join(' '), code: code ?? undefined, language, packages })
  }
}

function refOf({ path, quote, title }: ClaimedFinding): string {
  return `R${createHash('sha256').update([path, quote, title].join('\n')).digest('hex').slice(0, 10)}`
}
