import { setImmediate as nextTick } from 'node:timers/promises'
import { checkAbsence } from '../../verify/check-absence.ts'
import { type AbsenceClaim, findAbsenceClaims } from '../../verify/find-absence-claims.ts'
import type { Presence } from '../../verify/search-subject.ts'
import type { OpenRepository } from '../open-code.ts'
import type { Stretch } from './block-layout.ts'
import type { CodeTexts } from './code-texts.ts'
import { type Edit, insertion } from './edits.ts'
import type { GateCounts } from './gate-counts.ts'

const ofTheWhole =
  /\b(?:your|our|the|this) (?:whole |entire )?(?:code ?base|code|app(?:lication)?|service|project|repo(?:sitory)?|api|server|system)\b|\b(?:nowhere|anywhere|at all)\b/i
const bare = /\bthere (?:is|are|was|were)(?:n't)?(?: currently)?(?: no| not any| any| a| an)?\s*$/i
const placed = /\s(?:on|for|in|at|around|before|after|when|while|covering|against|from|to|of|between|behind)\s/i
const supposes =
  /\b(?:if|when|whenever|unless|once|until|ensure|should|must|would|could|so that|suppose|imagine)\b|make sure/i
/** What the main thread searches in one go, in characters: a few milliseconds. */
const batchChars = 300_000

/** Points to what an answer calls missing from an open repository although it is there. */
export async function checkBlockAbsences({ at, text }: Stretch, texts: CodeTexts, counts: GateCounts): Promise<Edit[]> {
  if (texts.repositories.length === 0) return []
  const edits: Edit[] = []
  for (const claim of findAbsenceClaims(text).filter(isOfTheWhole)) {
    const found = await findPresence(claim, texts)
    const end = found && endOf(claim.sentence, text)
    if (!found || end === undefined) continue
    counts.add('absences', claim.sentence)
    const { path, line } = found
    const url = texts.host.permalink(found.repository.pin, path, { start: line, end: line })
    edits.push(insertion(at + end, ` (but see [${path}:${line}](${url}))`))
  }
  return edits
}

/** Claims about one handler or one package, and what is only supposed, are nobody's to contradict from afar. */
function isOfTheWhole({ sentence, about }: AbsenceClaim): boolean {
  const plain = sentence.replace(/[`*_]/g, '').replaceAll('’', "'")
  const from = plain.indexOf(about)
  const head = plain.slice(0, Math.max(0, from))
  if (plain.trimEnd().endsWith('?') || supposes.test(head)) return false
  return ofTheWhole.test(plain) || (bare.test(head) && !placed.test(about))
}

async function findPresence(
  { about }: AbsenceClaim,
  texts: CodeTexts,
): Promise<(Presence & { repository: OpenRepository }) | undefined> {
  for (const repository of texts.repositories) {
    for (const batch of batches(texts.textsOf(repository))) {
      const check = checkAbsence(about, batch)
      if (check.kind === 'contradicted') return { ...check, repository }
      await nextTick()
    }
  }
  return undefined
}

function* batches(texts: ReadonlyMap<string, string>): Generator<ReadonlyMap<string, string>> {
  let batch = new Map<string, string>()
  let chars = 0
  for (const [path, text] of texts) {
    batch.set(path, text)
    chars += text.length
    if (chars < batchChars) continue
    yield batch
    batch = new Map()
    chars = 0
  }
  if (batch.size > 0) yield batch
}

/** Where the words of a sentence end in the text it was found in, before its full stop. */
function endOf(sentence: string, text: string): number | undefined {
  const words = sentence
    .split(/\s+/)
    .filter(Boolean)
    .map((word) => RegExp.escape(word))
  const found = new RegExp(words.join(String.raw`[\s>]+`)).exec(text)
  if (!found) return undefined
  const stop = /[.!]+$/.exec(found[0])?.[0].length ?? 0
  return found.index + found[0].length - stop
}
