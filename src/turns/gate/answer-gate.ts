import type { MarkdownBlock } from '../../lib/markdown-blocks.ts'
import type { VersionFinder } from '../../verify/check-packages.ts'
import { layOut } from './block-layout.ts'
import { checkBlockAbsences } from './check-block-absences.ts'
import { checkBlockExamples } from './check-block-examples.ts'
import { checkBlockLinks } from './check-block-links.ts'
import { type AskPackage, checkBlockPackages, createAsk, packagesOf } from './check-block-packages.ts'
import { checkBlockPlaces } from './check-block-places.ts'
import type { CodeTexts } from './code-texts.ts'
import { applyEdits, type Edit } from './edits.ts'
import { GateCounts } from './gate-counts.ts'
import { waitBriefly } from './wait-briefly.ts'

/** What one block may wait for a registry, and every later block once it has not answered in time. */
const registryLimitMs = 3_000
const tiredLimitMs = 200

export interface GateMaterial {
  texts: CodeTexts
  registry: VersionFinder
  signal: AbortSignal
  /** Called when a check itself fails; for the log only. */
  failed: (error: unknown) => void
}

/**
 * Checks an answer block by block. What holds leaves as it came, byte for byte; what does not is labelled where it stands
 * and counted. Blocks may be checked at the same time, and none waits longer than a few seconds.
 */
export class AnswerGate {
  readonly #material: GateMaterial
  readonly #ask: AskPackage
  readonly #counts = new GateCounts()
  #before = ''
  #isRegistrySlow = false

  constructor(material: GateMaterial) {
    this.#material = material
    this.#ask = createAsk(packagesOf(material.texts.repositories), material.registry)
  }

  /** What the footer has to say of what failed or was not checked; empty when all held. */
  get notes(): string[] {
    return this.#counts.notes
  }

  /** The text of the block as it may be said; blocks have to be given in order. Never rejects. */
  async check({ text }: MarkdownBlock): Promise<string> {
    const before = this.#before
    this.#before = text
    try {
      return applyEdits(text, await this.#findEdits(text, before))
    } catch (error) {
      this.#material.failed(error)
      this.#counts.add('blocksNotChecked', text)
      return text
    }
  }

  async #findEdits(text: string, before: string): Promise<Edit[]> {
    const { texts } = this.#material
    const counts = this.#counts
    const layout = layOut(text)
    const checks = [
      ...layout.prose.map(async (stretch) => {
        const { edits, taken } = await checkBlockLinks(stretch, texts, counts)
        return [...edits, ...(await checkBlockPlaces(stretch, texts, taken, counts))]
      }),
      ...layout.prose.map((stretch) => checkBlockAbsences(stretch, texts, counts)),
      checkBlockExamples(text, layout, before, texts, counts),
      checkBlockPackages(text, layout, (claim) => this.#askBriefly(claim), counts),
    ]
    return (await Promise.all(checks)).flat()
  }

  async #askBriefly(claim: Parameters<AskPackage>[0]): ReturnType<AskPackage> {
    const limitMs = this.#isRegistrySlow ? tiredLimitMs : registryLimitMs
    const verdict = await waitBriefly(this.#ask(claim), limitMs, this.#material.signal)
    if (verdict) return verdict
    this.#isRegistrySlow = true
    return { kind: 'not-checked', sentence: '' }
  }
}
