// Noncharacters: no text that was made visible has them.
const tokenMark = '\uFDD0'
const linkMark = '\uFDD1'

/** Pieces of a line that are settled, each standing in the line as a mark that no rule touches. */
export class KeptPieces {
  readonly #pieces: string[] = []
  readonly #inTable: boolean

  constructor(inTable: boolean) {
    this.#inTable = inTable
  }

  /** Keeps a code span. A table row is cut at its pipes before code is looked for, so there they are escaped. */
  keepCode(content: string): string {
    return this.#keep(tokenMark, `\`${this.#inTable ? content.replace(/\\*\|/g, '\\|') : content}\``)
  }

  /** Keeps a mention or a link in angle brackets. */
  keepToken(token: string): string {
    return this.#keep(tokenMark, token)
  }

  /** Keeps an address, or the end of a link with its address. */
  keepLink(piece: string): string {
    return this.#keep(linkMark, piece)
  }

  /** Puts the pieces back; code and tokens never touch a `\`, a `<` or each other, which would change where they begin. */
  restore(text: string): string {
    return text.replace(/([\uFDD0\uFDD1])(\d+)\1/g, (_, mark: string, index: string, at: number) => {
      const piece = this.#pieces[Number(index)] ?? ''
      const touches = at > 0 && `${tokenMark}\\<`.includes(text.charAt(at - 1))
      return mark === tokenMark && touches ? ` ${piece}` : piece
    })
  }

  #keep(mark: string, piece: string): string {
    this.#pieces.push(piece)
    return `${mark}${this.#pieces.length - 1}${mark}`
  }
}
