import type { Node } from '../parse/ast.ts'
import type { Binding } from '../parse/scopes.ts'
import { lineAt, type SourceFile } from '../parse/source-file.ts'
import type { Handler } from './handlers.ts'
import type { InputKind } from './request-input.ts'
import type { Mark } from './sanitizers.ts'

/** A line that a value passes on its way. */
export type FlowStep = { file: string; line: number; text: string }

/** A way request input takes to an expression. */
export type Trace = {
  kind: InputKind
  source: { file: SourceFile; node: Node; line: number; text: string }
  steps: readonly FlowStep[]
  marks: ReadonlySet<Mark>
  handler?: Handler
  /** The last expression on the way that joined the value to something else: a template, a sum, `path.join`. */
  joined?: { node: Node; file: SourceFile }
  /** Names the value goes by on the way, for finding checks on them. */
  bindings: readonly Binding[]
  /** The files those names stand in. */
  files: readonly SourceFile[]
  /** The value has been put into a text, so it can no longer be an object. */
  inText: boolean
  /** The value is an object or a list that holds the input. */
  inObject: boolean
  /** Keys read below the input kind: `req.body.user.name` gives `['user', 'name']`. */
  keys: readonly string[]
}

/** The trace of a text that holds the value, and is put together at `node`. */
export function asText(trace: Trace | undefined, node: Node, file: SourceFile): Trace | undefined {
  return trace && { ...trace, inText: true, inObject: false, joined: { node, file } }
}

/** The trace of a value that a sanitizer has seen. */
export function withMark(trace: Trace, mark: Mark | undefined): Trace {
  return mark ? { ...trace, marks: new Set([...trace.marks, mark]) } : trace
}

/** The trace with one more name the value goes by. */
export function withStep(trace: Trace, binding: Binding, node: Node, file: SourceFile): Trace {
  if (trace.bindings.includes(binding)) return trace
  const step = { file: file.path, line: lineAt(file.lineStarts, node.start), text: binding.name }
  return {
    ...trace,
    bindings: [...trace.bindings, binding],
    files: [...trace.files, file],
    steps: [...trace.steps, step],
  }
}

type Start = Pick<Trace, 'kind' | 'keys'> & {
  node: Node
  file: SourceFile
  binding: Binding
  handler: Handler | undefined
}

/** The trace of request input where it comes in; its source is the whole expression around `node` that reads it. */
export function startTrace({ kind, keys, node, file, binding, handler }: Start): Trace {
  let top: Node = node
  while (top.parent?.type === 'MemberExpression' && top.parent.object === top) top = top.parent
  const text = file.text.slice(top.start, Math.min(top.end, top.start + 80)) + partTaken(top, kind)
  const source = { file, node: top, line: lineAt(file.lineStarts, top.start), text }
  const base = {
    kind,
    source,
    steps: [],
    marks: new Set<Mark>(),
    bindings: [binding],
    files: [file],
    inText: false,
    inObject: false,
    keys,
  }
  return handler ? { ...base, handler } : base
}

/** `const { body } = req` and `save(req)` name the request alone, and take a part of it. */
function partTaken(top: Node, kind: InputKind): string {
  return top.type === 'Identifier' &&
    /^req(uest)?$/.test(top.name) &&
    /^(body|query|params|headers|cookies)$/.test(kind)
    ? `.${kind}`
    : ''
}
