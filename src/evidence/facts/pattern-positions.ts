/** One character that a pattern takes, with the sample characters it may be. */
export type Position = ReadonlySet<string>

/** The positions of a pattern, and in how many ways (two stand for more) one may follow another. */
export type Positions = {
  sets: readonly Position[]
  follow: readonly ReadonlyMap<number, number>[]
  /** Steps back that a repetition without a near end takes, as `before` and `after`. */
  endless: readonly (readonly [number, number])[]
  /** The sample characters. */
  alphabet: readonly string[]
  /** Positions after which the pattern may end. */
  last: readonly number[]
}

type Part = { nullable: boolean; first: readonly number[]; last: readonly number[] }
type Repeat = { from: number; to: number }

const maximumPositions = 60

/** How often something is repeated at most, where that is as good as without end. */
const farEnd = 50

/** What is repeated as often at most is as good as written out. */
const nearEnd = 3

/** More of the same changes nothing about what may follow it. */
const mostWritten = 5

/** Reads a pattern as positions that follow each other; undefined for what is too large or not understood. */
export function readPositions(pattern: string, flags: string): Positions | undefined {
  const reader = new PositionReader(pattern, flags.replace(/[gyd]/g, ''))
  return reader.read()
}

class PositionReader {
  readonly #sets: Position[] = []
  readonly #follow: Map<number, number>[] = []
  readonly #endless: (readonly [number, number])[] = []
  readonly #pattern: string
  readonly #flags: string
  readonly #alphabet: readonly string[]
  #at = 0

  constructor(pattern: string, flags: string) {
    this.#pattern = pattern
    this.#flags = flags
    this.#alphabet = [...new Set(`${pattern}aZm05 _-.@/:!"<é\t\n`)]
  }

  read(): Positions | undefined {
    const whole = this.#alternatives()
    if (!whole || this.#at < this.#pattern.length) return undefined
    return {
      sets: this.#sets,
      follow: this.#follow,
      endless: this.#endless,
      alphabet: this.#alphabet,
      last: whole.last,
    }
  }

  #alternatives(): Part | undefined {
    let found = this.#sequence()
    while (found && this.#pattern[this.#at] === '|') {
      this.#at += 1
      const other = this.#sequence()
      found = other && {
        nullable: found.nullable || other.nullable,
        first: [...found.first, ...other.first],
        last: [...found.last, ...other.last],
      }
    }
    return found
  }

  #sequence(): Part | undefined {
    let found: Part = { nullable: true, first: [], last: [] }
    while (this.#at < this.#pattern.length && !/[|)]/.test(this.#pattern[this.#at] ?? '')) {
      const next = this.#item()
      if (!next || this.#sets.length > maximumPositions) return undefined
      this.#connect(found.last, next.first)
      found = {
        nullable: found.nullable && next.nullable,
        first: found.nullable ? [...found.first, ...next.first] : found.first,
        last: next.nullable ? [...found.last, ...next.last] : next.last,
      }
    }
    return found
  }

  /** A character or a group with what repeats it; a group that is asked for twice and more stands twice. */
  #item(): Part | undefined {
    const start = this.#at
    const inside = this.#endless.length
    const item = this.#single()
    const repeat = item && this.#repeat()
    if (!item || !repeat) return item
    if (repeat.from === repeat.to && repeat.from > 0 && !item.nullable) return this.#times(item, repeat.from, start)
    if (repeat.to > nearEnd || (repeat.to > 1 && this.#endless.length === inside)) this.#connect(item.last, item.first)
    if (repeat.to > farEnd)
      this.#endless.push(...item.last.flatMap((before) => item.first.map((after) => [before, after] as const)))
    if (repeat.from < 2 || repeat.to < Infinity) return { ...item, nullable: item.nullable || repeat.from === 0 }
    const end = this.#at
    this.#at = start
    const again = this.#single()
    this.#at = end
    if (!again) return undefined
    this.#connect(item.last, again.first)
    return { nullable: item.nullable, first: item.first, last: again.last }
  }

  /** What is asked for a fixed number of times stands as often: nothing is left to choose. */
  #times(item: Part, count: number, start: number): Part | undefined {
    const end = this.#at
    let { last } = item
    for (let written = 1; written < Math.min(count, mostWritten); written += 1) {
      this.#at = start
      const again = this.#single()
      if (!again) return undefined
      this.#connect(last, again.first)
      last = again.last
    }
    this.#at = end
    return { nullable: false, first: item.first, last }
  }

  #repeat(): Repeat | undefined {
    const found = /^(?:[*+?]|\{(\d+)(,)?(\d*)\})\??/.exec(this.#pattern.slice(this.#at))
    if (!found) return undefined
    this.#at += found[0].length
    const [sign] = found[0]
    if (sign !== '{') return { from: sign === '+' ? 1 : 0, to: sign === '?' ? 1 : Infinity }
    const from = Number(found[1])
    return { from, to: found[2] ? (found[3] ? Number(found[3]) : Infinity) : from }
  }

  #single(): Part | undefined {
    const rest = this.#pattern.slice(this.#at)
    const mark = /^(?:\^|\$|\\[bB])/.exec(rest)?.[0]
    if (mark) return this.#nothing(mark.length)
    const group = /^\((?:\?(?:[:=!]|<[=!]|<\w+>))?/.exec(rest)?.[0]
    if (group) {
      this.#at += group.length
      const inner = this.#alternatives()
      if (!inner || this.#pattern[this.#at] !== ')') return undefined
      this.#at += 1
      // What is looked at is not taken.
      return /[=!]$/.test(group) ? { nullable: true, first: [], last: [] } : inner
    }
    const atom = /^(?:\[(?:\\.|[^\]\\])*\]|\\(?:u\{\w+\}|u\w{4}|x\w{2}|[pP]\{[^}]*\}|.)|[\s\S])/.exec(rest)?.[0]
    if (!atom || /^\\[1-9k]/.test(atom)) return undefined
    this.#at += atom.length
    return this.#position(atom)
  }

  #nothing(length: number): Part {
    this.#at += length
    return { nullable: true, first: [], last: [] }
  }

  #position(atom: string): Part | undefined {
    const one = pattern(`^(?:${atom})$`, this.#flags)
    if (!one) return undefined
    const index = this.#sets.length
    this.#sets.push(new Set(this.#alphabet.filter((char) => one.test(char))))
    this.#follow.push(new Map())
    return { nullable: false, first: [index], last: [index] }
  }

  #connect(from: readonly number[], to: readonly number[]): void {
    for (const before of from) {
      const ways = this.#follow[before]
      for (const after of to) ways?.set(after, (ways.get(after) ?? 0) + 1)
    }
  }
}

function pattern(text: string, flags: string): RegExp | undefined {
  try {
    return new RegExp(text, flags)
  } catch {
    return undefined
  }
}
