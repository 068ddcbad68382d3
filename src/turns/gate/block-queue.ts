import type { MarkdownBlock } from '../../lib/markdown-blocks.ts'

/** Says blocks in order, each as soon as it and those before it are checked; nothing more once saying one has failed. */
export class BlockQueue {
  readonly #check: (block: MarkdownBlock) => Promise<string>
  readonly #say: (text: string) => Promise<void>
  #tail: Promise<void> = Promise.resolve()
  #failure: { error: unknown } | undefined
  #said = ''
  #isClosed = false
  #owesBlankLine = false

  constructor(check: (block: MarkdownBlock) => Promise<string>, say: (text: string) => Promise<void>) {
    this.#check = check
    this.#say = say
  }

  /** Everything said so far, as it was said. */
  get said(): string {
    return this.#said
  }

  push(blocks: readonly MarkdownBlock[]): void {
    for (const block of blocks) {
      const checked = this.#check(block)
      this.after(async () => this.#sayNext(block, await checked))
    }
  }

  /** Does something once everything pushed before is said. */
  after(action: () => void | Promise<void>): void {
    this.#tail = this.#doAfter(this.#tail, action)
  }

  /** Throws what saying a block has thrown. */
  throwIfFailed(): void {
    if (this.#failure) throw this.#failure.error
  }

  /** Resolves when everything is said; rejects with what saying a block has thrown. */
  async settle(): Promise<void> {
    await this.#tail
    this.throwIfFailed()
  }

  /** Says nothing more; resolves when nothing is being said. */
  async close(): Promise<void> {
    this.#isClosed = true
    await this.#tail
  }

  async #doAfter(before: Promise<void>, action: () => void | Promise<void>): Promise<void> {
    await before
    if (this.#failure || this.#isClosed) return
    try {
      await action()
    } catch (error) {
      this.#failure = { error }
    }
  }

  async #sayNext({ text }: MarkdownBlock, checked: string): Promise<void> {
    const gap = this.#owesBlankLine && !/^[ \t]*\n/.test(checked) ? '\n' : ''
    this.#owesBlankLine = checked !== text
    this.#said += gap + checked
    await this.#say(gap + checked)
  }
}
