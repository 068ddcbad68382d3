const sentences = {
  packages: (n: number) => `${n} ${n === 1 ? 'package' : 'packages'} not on npm`,
  versions: (n: number) => `${n} ${n === 1 ? 'version' : 'versions'} not on npm`,
  places: (n: number) => `${n} ${n === 1 ? 'place' : 'places'} in the code not found`,
  quotes: (n: number) => `${n} ${n === 1 ? 'quotation' : 'quotations'} not in the code as written`,
  broken: (n: number) => `${n} ${n === 1 ? 'example does' : 'examples do'} not parse`,
  partial: (n: number) => `${n} ${n === 1 ? 'example leaves' : 'examples leave'} parts out`,
  absences: (n: number) => `${n} called missing ${n === 1 ? 'is' : 'are'} in the code`,
  packagesNotChecked: (n: number) => `${n} ${n === 1 ? 'package' : 'packages'} not checked, npm did not answer`,
  placesNotChecked: (n: number) => `${n} ${n === 1 ? 'place' : 'places'} in code not checked`,
  blocksNotChecked: (n: number) => `${n} ${n === 1 ? 'part' : 'parts'} not checked`,
}

export type GateCount = keyof typeof sentences

/** How many claims of an answer failed or could not be checked. */
export class GateCounts {
  readonly #claims = new Map<GateCount, Set<string>>()

  /** Counts one claim of a kind; the same one again counts no further. */
  add(what: GateCount, claim: string): void {
    this.#claims.set(what, (this.#claims.get(what) ?? new Set()).add(claim))
  }

  /** One short note for each kind that occurred. */
  get notes(): string[] {
    return [...this.#claims].map(([what, claims]) => sentences[what](claims.size))
  }
}
