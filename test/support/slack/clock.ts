/** The stand-in's time in milliseconds: real time (or `readTime`) plus what a test has advanced it by. */
export class Clock {
  #offsetMs = 0
  readonly #readTime: () => number

  constructor(readTime: () => number = Date.now) {
    this.#readTime = readTime
  }

  nowMs(): number {
    return this.#readTime() + this.#offsetMs
  }

  advance(ms: number): void {
    this.#offsetMs += ms
  }
}
