import type { Outline } from './oxc.ts'
import { lineStartsOf, type SourceFile, type Tree } from './source-file.ts'

type Known = Pick<SourceFile, 'path' | 'text' | 'kind'> & { outline: Outline }

const none: never[] = []

/**
 * A file whose tree is read when somebody first asks for it. Of tests and of files with types alone hardly anybody asks
 * for more than their outline, and they are half of many repositories.
 */
export class LateFile implements SourceFile {
  readonly path: string
  readonly text: string
  readonly kind: SourceFile['kind']
  readonly lineStarts: readonly number[]
  readonly cutLines: readonly number[] = []
  readonly remembered: unknown[] = []
  readonly outline: Outline
  readonly #read: () => Tree
  #tree: Tree | undefined

  constructor(known: Known, read: () => Tree) {
    this.path = known.path
    this.text = known.text
    this.kind = known.kind
    this.lineStarts = lineStartsOf(known.text)
    this.outline = known.outline
    this.#read = read
  }

  /** What runs; of types nothing does. */
  get #running(): Tree | undefined {
    return this.outline.typesOnly ? undefined : this.#whole
  }

  get #whole(): Tree {
    return (this.#tree ??= this.#read())
  }

  get program() {
    return this.#whole.program
  }
  get comments() {
    return this.#whole.comments
  }
  get scopes() {
    return this.#whole.scopes
  }
  get names() {
    return this.#whole.names
  }
  get calls() {
    return this.#running?.calls ?? none
  }
  get functions() {
    return this.#running?.functions ?? none
  }
  get classes() {
    return this.#running?.classes ?? none
  }
  get assignments() {
    return this.#running?.assignments ?? none
  }
  get declarators() {
    return this.#running?.declarators ?? none
  }
  get binaries() {
    return this.#running?.binaries ?? none
  }
  get choices() {
    return this.#running?.choices ?? none
  }
  get templates() {
    return this.#running?.templates ?? none
  }
  get taggedTemplates() {
    return this.#running?.taggedTemplates ?? none
  }
  get members() {
    return this.#running?.members ?? none
  }
  get literals() {
    return this.#running?.literals ?? none
  }
  get properties() {
    return this.#running?.properties ?? none
  }
  get catches() {
    return this.#running?.catches ?? none
  }
  get awaits() {
    return this.#running?.awaits ?? none
  }
  get throws() {
    return this.#running?.throws ?? none
  }
  get returns() {
    return this.#running?.returns ?? none
  }
  get loops() {
    return this.#running?.loops ?? none
  }
  get imports() {
    return this.#whole.imports
  }
  get exports() {
    return this.#whole.exports
  }
  get dynamicImports() {
    return this.#running?.dynamicImports ?? none
  }
  get decorators() {
    return this.#running?.decorators ?? none
  }
}
