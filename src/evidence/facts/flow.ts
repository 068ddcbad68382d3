import { unwrap, type Node } from '../parse/ast.ts'
import type { SourceFile } from '../parse/source-file.ts'
import { waysIn } from './flow-by-caller.ts'
import { followValue } from './flow-through-values.ts'
import type { Trace } from './trace.ts'
import type { Tracing, Trail } from './tracing.ts'
import { overwrittenInBody } from './written-values.ts'

type Inputs = Pick<Tracing, 'meanings' | 'calls' | 'handlers'> & { files: readonly SourceFile[] }

const maximumDepth = 30
const maximumWork = 4000

/** Where values come from: backwards from an expression through names, calls and modules; bounded in depth and work. */
export class Flow {
  readonly #tracing: Tracing
  #work = 0
  #depth = 0
  #cuts = 0

  constructor({ files, ...inputs }: Inputs) {
    this.#tracing = {
      ...inputs,
      overwritten: new Set(files.flatMap(overwrittenInBody)),
      hasPipe: files.some(({ text }) => text.includes('ValidationPipe')),
      follow: (node, path, trail) => this.#follow(node, path, trail),
      cut: () => void (this.#cuts += 1),
    }
  }

  /** How often a bound cut the search short. */
  get cuts(): number {
    return this.#cuts
  }

  /**
   * How request input reaches an expression; undefined when it does not, as far as the bounds allow to see. `only` names
   * the properties that matter where a whole object of options is given: `text` of `{ text, values }`.
   */
  trace(node: Node, file: SourceFile, only?: ReadonlySet<string>): Trace | undefined {
    return this.#begin(node, this.#trail(file, only, new Map()))
  }

  /** The same for what picks a row, which a number or an id made of the input does as well. */
  traceId(node: Node, file: SourceFile): Trace | undefined {
    return this.#begin(node, { ...this.#trail(file, undefined, new Map()), asId: true })
  }

  /** The same where a helper hands on what it is given: once for each of its callers that gives it request input. */
  traces(node: Node, file: SourceFile, only?: ReadonlySet<string>): Trace[] {
    const ways = waysIn(node, file, this.#tracing)
    return ways.flatMap((sites) => this.#begin(node, this.#trail(file, only, sites)) ?? [])
  }

  #trail(file: SourceFile, only: ReadonlySet<string> | undefined, sites: Trail['sites']): Trail {
    return { ...(only ? { only } : {}), file, sites, seen: [], tracing: this.#tracing }
  }

  #begin(node: Node, trail: Trail): Trace | undefined {
    this.#work = 0
    this.#depth = 0
    return this.#follow(node, [], trail)
  }

  #follow(node: Node, path: readonly string[], trail: Trail): Trace | undefined {
    this.#work += 1
    if (this.#depth > maximumDepth || this.#work > maximumWork) {
      this.#cuts += 1
      return undefined
    }
    this.#depth += 1
    const found = followValue(unwrap(node), path, trail)
    this.#depth -= 1
    return found
  }
}
