/** Why something that the model said is not shown; reads on from a number: "2 with a quote that is not in the code". */
export type DropReason =
  | 'with a quote that is not in the code'
  | 'about a file that was not reviewed'
  | 'of something missing that is there'
  | 'of something missing that nobody can search for'
  | 'without anything that could be checked'
  | 'about a finding that does not exist'
  | 'sentences about a place, package or finding that does not exist'
  | 'sentences with a link that nobody can check'
  | 'packages or versions that do not exist'
  | 'code examples that do not parse'
  | 'areas called clean without being read or free of findings'
  | 'beyond what one area may have'

/** Counts what was dropped, by reason. */
export class DropCounts {
  readonly #counts = new Map<DropReason, number>()

  add(reason: DropReason, count = 1): void {
    if (count > 0) this.#counts.set(reason, (this.#counts.get(reason) ?? 0) + count)
  }

  toRecord(): Record<string, number> {
    return Object.fromEntries(this.#counts)
  }
}
