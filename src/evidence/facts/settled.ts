import type { Node } from '../parse/ast.ts'
import type { Binding } from '../parse/scopes.ts'
import type { SourceFile } from '../parse/source-file.ts'

/** What an answer rests on besides its own file: another file, or a name looked for among what files pass on as a whole. */
export type Ground = SourceFile | string
type Grounds = readonly Ground[]

/** Expressions and annotations by their nodes, imports by what they declare, exports by their names. */
type Key = Node | Binding | string

type Memory<Answer> = {
  file: SourceFile
  answers: Map<Key, Answer>
  /** Of the answers that rest on more than the file. */
  groundsOf: Map<Key, Grounds>
  kept: { fact: unknown; grounds: Grounds }[]
  /** Everything that anything here rests on. */
  grounds: Set<Ground>
}

type Frame<Answer> = { memory: Memory<Answer>; key: Key | undefined; lowest: number; grounds: Grounds; ring: number }

const none: Grounds = []

/** Of questions that wait for each other; each takes several frames of the engine's stack. */
const deepest = 300

/**
 * Remembers the answers to questions that ask each other, so that no answer depends on which was asked first: those that
 * ask each other in a ring have none, from wherever the ring is entered (Tarjan). It knows what each answer rests on,
 * and so which still hold after other files changed.
 */
export class Settled<Answer> {
  readonly #memories = new Map<SourceFile, Memory<Answer>>()
  readonly #frames: Frame<Answer>[] = []
  /** Answered within rings that are still open. */
  readonly #ring: Frame<Answer>[] = []
  readonly #pending: Answer
  readonly #noAnswer: Answer
  #isCut = false
  #last: Memory<Answer> | undefined

  /** `pending` marks a question that is being answered, and may be given out as little as any object made for it. */
  constructor(noAnswer: Answer, pending: Answer) {
    this.#noAnswer = noAnswer
    this.#pending = pending
  }

  /** The answer, when it is known or cannot be told; otherwise the question is open until `close` gives its answer. */
  open(file: SourceFile, key: Key): Answer | undefined {
    const memory = this.#memoryOf(file)
    const known = memory.answers.get(key)
    if (known === undefined) {
      if (this.#frames.length > deepest) {
        this.#isCut = true
        return this.#noAnswer
      }
      memory.answers.set(key, this.#pending)
      this.#frames.push({ memory, key, lowest: Infinity, grounds: none, ring: this.#ring.length })
      return undefined
    }
    const asking = this.#frames.at(-1)
    if (!asking) return known
    if (known === this.#pending) {
      asking.lowest = Math.min(asking.lowest, this.#lowestOf(memory, key))
      return this.#noAnswer
    }
    if (memory.groundsOf.size > 0) asking.grounds = join(asking.grounds, memory.groundsOf.get(key) ?? none)
    return known
  }

  /** Remembers the answer to the question opened last, and gives what it is worth. */
  close(answer: Answer): Answer {
    const frame = this.#frames.pop()
    if (!frame) return answer
    const asking = this.#frames.at(-1)
    if (asking) asking.grounds = join(asking.grounds, frame.grounds)
    if (frame.lowest === Infinity) {
      remember(frame, frame.grounds, answer)
      return answer
    }
    if (frame.lowest < this.#frames.length && asking) {
      asking.lowest = Math.min(asking.lowest, frame.lowest)
      this.#ring.push(frame)
    } else {
      for (const part of [frame, ...this.#ring.splice(frame.ring)]) remember(part, frame.grounds, this.#noAnswer)
    }
    return this.#noAnswer
  }

  /** Says that the question under way rests on something else than its own file. */
  restOn(ground: Ground): void {
    const asking = this.#frames.at(-1)
    if (asking && !asking.grounds.includes(ground)) asking.grounds = [...asking.grounds, ground]
  }

  /** What was read of a file and of answers, read anew when one of them no longer holds; `number` is the reader's own. */
  keep<Fact>(file: SourceFile, number: number, read: () => Fact): Fact {
    const memory = this.#memoryOf(file)
    const asking = this.#frames.at(-1)
    const known = memory.kept[number]
    if (known) {
      if (asking) asking.grounds = join(asking.grounds, known.grounds)
      // Only this reader writes at its number.
      return known.fact as Fact
    }
    this.#frames.push({ memory, key: undefined, lowest: Infinity, grounds: none, ring: this.#ring.length })
    const fact = read()
    const grounds = this.#frames.pop()?.grounds ?? none
    for (const ground of grounds) memory.grounds.add(ground)
    if (asking) asking.grounds = join(asking.grounds, grounds)
    memory.kept[number] = { fact, grounds }
    return fact
  }

  /** Takes over what still holds for `files` when what is `changed` no longer is what it was. */
  takeOver(before: Settled<Answer>, files: Iterable<SourceFile>, changed: ReadonlySet<Ground>): void {
    // Questions left open were broken off by an error; where one was cut off, the order of asking shows.
    if (before.#frames.length > 0 || before.#isCut) return
    for (const file of files) {
      const memory = before.#memories.get(file)
      if (memory && !changed.has(file) && changed.isDisjointFrom(memory.grounds)) this.#memories.set(file, memory)
    }
  }

  #memoryOf(file: SourceFile): Memory<Answer> {
    if (this.#last?.file === file) return this.#last
    let memory = this.#memories.get(file)
    if (!memory) {
      memory = { file, answers: new Map(), groundsOf: new Map(), kept: [], grounds: new Set() }
      this.#memories.set(file, memory)
    }
    this.#last = memory
    return memory
  }

  /** The outermost open question that an open or half answered one leads back to. */
  #lowestOf(memory: Memory<Answer>, key: Key): number {
    const isIt = (frame: Frame<Answer>) => frame.memory === memory && frame.key === key
    const open = this.#frames.findIndex(isIt)
    return open >= 0 ? open : (this.#ring.find(isIt)?.lowest ?? 0)
  }
}

function remember<Answer>({ memory, key }: Frame<Answer>, grounds: Grounds, answer: Answer): void {
  if (key === undefined) return
  memory.answers.set(key, answer)
  if (grounds.length === 0) return
  memory.groundsOf.set(key, grounds)
  for (const ground of grounds) memory.grounds.add(ground)
}

function join(some: Grounds, others: Grounds): Grounds {
  if (others.length === 0 || some === others) return some
  if (some.length === 0) return others
  const missing = others.filter((ground) => !some.includes(ground))
  return missing.length === 0 ? some : [...some, ...missing]
}
