import type { Node } from '../parse/ast.ts'
import type { Binding } from '../parse/scopes.ts'
import type { SourceFile } from '../parse/source-file.ts'

/** What an answer rests on besides its own file: another file, or a name looked for among what files pass on as a whole. */
export type Ground = SourceFile | string
type Grounds = readonly Ground[]

/** Expressions and annotations by their nodes, imports by what they declare, exports by their names. */
type Key = Node | Binding | string

/** An answer with what it rests on besides the file. */
type Known<Answer> = { answer: Answer; grounds: Grounds }

type Memory<Answer> = {
  file: SourceFile
  answers: Map<Key, Known<Answer>>
  kept: { fact: unknown; grounds: Grounds }[]
  /** Everything that anything here rests on. */
  grounds: Set<Ground>
  /** What was added to it last: questions after each other mostly rest on the same. */
  added: Grounds
}

/** A question under way; without `known` it is what a reader asks. */
type Frame<Answer> = {
  memory: Memory<Answer>
  known: Known<Answer> | undefined
  lowest: number
  grounds: Grounds
  ring: number
}

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
    const before = memory.answers.get(key)
    if (before === undefined) {
      if (this.#frames.length > deepest) {
        this.#isCut = true
        return this.#noAnswer
      }
      const known = { answer: this.#pending, grounds: none }
      memory.answers.set(key, known)
      this.#frames.push({ memory, known, lowest: Infinity, grounds: none, ring: this.#ring.length })
      return undefined
    }
    const asking = this.#frames.at(-1)
    if (!asking) return before.answer
    if (before.answer === this.#pending) {
      asking.lowest = Math.min(asking.lowest, this.#lowestOf(before))
      return this.#noAnswer
    }
    asking.grounds = join(asking.grounds, before.grounds)
    return before.answer
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
    this.#frames.push({ memory, known: undefined, lowest: Infinity, grounds: none, ring: this.#ring.length })
    const fact = read()
    const grounds = this.#frames.pop()?.grounds ?? none
    addGrounds(memory, grounds)
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
      memory = { file, answers: new Map(), kept: [], grounds: new Set(), added: none }
      this.#memories.set(file, memory)
    }
    this.#last = memory
    return memory
  }

  /** The outermost open question that an open or half answered one leads back to. */
  #lowestOf(known: Known<Answer>): number {
    const isIt = (frame: Frame<Answer>) => frame.known === known
    const open = this.#frames.findIndex(isIt)
    return open >= 0 ? open : (this.#ring.find(isIt)?.lowest ?? 0)
  }
}

function remember<Answer>({ memory, known }: Frame<Answer>, grounds: Grounds, answer: Answer): void {
  if (known === undefined) return
  known.answer = answer
  known.grounds = grounds
  addGrounds(memory, grounds)
}

function addGrounds<Answer>(memory: Memory<Answer>, grounds: Grounds): void {
  if (grounds === none || grounds === memory.added) return
  for (const ground of grounds) memory.grounds.add(ground)
  memory.added = grounds
}

function join(some: Grounds, others: Grounds): Grounds {
  if (others.length === 0 || some === others) return some
  if (some.length === 0) return others
  const missing = others.filter((ground) => !some.includes(ground))
  return missing.length === 0 ? some : [...some, ...missing]
}
