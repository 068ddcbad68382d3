import type { CallNode, ClassNode, FunctionNode, Node, Of } from './ast.ts'
import type { FileKind } from './classify.ts'
import type { Outline } from './oxc.ts'
import type { Scope } from './scopes.ts'

export type Comment = { text: string; start: number; end: number; line: number }

/** What one walk over one file collects, in source order. */
export type Collected = {
  calls: CallNode[]
  functions: FunctionNode[]
  classes: ClassNode[]
  assignments: Of<'AssignmentExpression'>[]
  declarators: Of<'VariableDeclarator'>[]
  binaries: Of<'BinaryExpression'>[]
  /** One value or another. */
  choices: (Of<'ConditionalExpression'> | Of<'LogicalExpression'>)[]
  templates: Of<'TemplateLiteral'>[]
  taggedTemplates: Of<'TaggedTemplateExpression'>[]
  members: Of<'MemberExpression'>[]
  literals: Of<'Literal'>[]
  properties: Of<'Property'>[]
  catches: Of<'CatchClause'>[]
  awaits: Of<'AwaitExpression'>[]
  throws: Of<'ThrowStatement'>[]
  returns: Of<'ReturnStatement'>[]
  loops: Node[]
  imports: Of<'ImportDeclaration'>[]
  exports: Node[]
  dynamicImports: Of<'ImportExpression'>[]
  decorators: Of<'Decorator'>[]
  names: Map<string, number>
}

/** What only parsing the whole file tells. */
export type Tree = Collected & {
  program: Of<'Program'>
  comments: readonly Comment[]
  scopes: ReadonlyMap<Node, Scope>
}

/** A file of which the text alone is known. */
export type TextFile = {
  path: string
  text: string
  /** What was read of this file alone, by the number of its reader. */
  remembered: unknown[]
}

export type SourceFile = TextFile &
  Readonly<Tree> & {
    kind: FileKind
    lineStarts: readonly number[]
    /** 1-based lines that were left out because they do not parse. */
    cutLines: readonly number[]
    /** Where it is known without the tree, which then is better not asked for. */
    outline?: Outline
  }

/** The 1-based line of an offset in a text whose lines are asked for once or twice. */
export function lineOfOffset(text: string, offset: number): number {
  let line = 1
  for (let at = text.indexOf('\n'); at >= 0 && at < offset; at = text.indexOf('\n', at + 1)) line += 1
  return line
}

/** The 1-based line of an offset. */
export function lineAt(lineStarts: readonly number[], offset: number): number {
  let low = 0
  let high = lineStarts.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if ((lineStarts[middle] ?? 0) <= offset) low = middle
    else high = middle - 1
  }
  return low + 1
}

/** Offsets at which lines start. */
export function lineStartsOf(text: string): number[] {
  const starts = [0]
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
  return starts
}

/** Whether a part of the text has the name as a whole word, be it in a comment. */
export function isMentioned({ text }: { text: string }, name: string, start: number, end: number): boolean {
  for (let at = text.indexOf(name, start); at >= 0 && at + name.length <= end; at = text.indexOf(name, at + 1)) {
    if (!isWord(text.charCodeAt(at - 1)) && !isWord(text.charCodeAt(at + name.length))) return true
  }
  return false
}

/** Whether a UTF-16 code may stand in a name; only ASCII is known, and NaN, what stands outside a text, is none. */
export function isWord(code: number): boolean {
  return (
    (code >= 97 && code <= 122) ||
    (code >= 65 && code <= 90) ||
    (code >= 48 && code <= 57) ||
    code === 95 ||
    code === 36
  )
}
