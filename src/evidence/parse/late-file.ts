import type { PlainImport } from './oxc.ts'
import { lineStartsOf, type SourceFile, type Tree } from './source-file.ts'

type Known = Pick<SourceFile, 'path' | 'text' | 'kind'> & { imports: readonly PlainImport[] }

/**
 * A file whose tree is read when somebody first asks for it. Of tests and their like nobody asks for more than what they
 * import, and they are a third of many repositories.
 */
export class LateFile implements SourceFile {
  readonly path: string
  readonly text: string
  readonly kind: SourceFile['kind']
  readonly lineStarts: readonly number[]
  readonly cutLines: readonly number[] = []
  readonly remembered: unknown[] = []
  readonly plainImports: readonly PlainImport[]
  readonly #read: () => Tree
  #tree: Tree | undefined

  constructor(known: Known, read: () => Tree) {
    this.path = known.path
    this.text = known.text
    this.kind = known.kind
    this.lineStarts = lineStartsOf(known.text)
    this.plainImports = known.imports
    this.#read = read
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
    return this.#whole.calls
  }
  get functions() {
    return this.#whole.functions
  }
  get classes() {
    return this.#whole.classes
  }
  get assignments() {
    return this.#whole.assignments
  }
  get declarators() {
    return this.#whole.declarators
  }
  get binaries() {
    return this.#whole.binaries
  }
  get templates() {
    return this.#whole.templates
  }
  get taggedTemplates() {
    return this.#whole.taggedTemplates
  }
  get members() {
    return this.#whole.members
  }
  get literals() {
    return this.#whole.literals
  }
  get properties() {
    return this.#whole.properties
  }
  get catches() {
    return this.#whole.catches
  }
  get awaits() {
    return this.#whole.awaits
  }
  get throws() {
    return this.#whole.throws
  }
  get returns() {
    return this.#whole.returns
  }
  get loops() {
    return this.#whole.loops
  }
  get imports() {
    return this.#whole.imports
  }
  get exports() {
    return this.#whole.exports
  }
  get dynamicImports() {
    return this.#whole.dynamicImports
  }
  get decorators() {
    return this.#whole.decorators
  }
}
