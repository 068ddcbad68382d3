import { append } from '../../lib/append.ts'
import type { Lines } from './repeated-blocks.ts'
import { functionAround, functionName, type FunctionNode, type Node } from '../parse/ast.ts'
import { once, onceFor } from '../parse/once.ts'
import { lineAt, type SourceFile } from '../parse/source-file.ts'
import { tokenShape } from '../parse/token-shape.ts'

const leastLines = 12
const leastTokens = 150
const leastLength = 300

/** A function of which there is another of the same shape; `names` is the hash of what may differ between them. */
type CopiedFunction = {
  node: FunctionNode
  file: SourceFile
  shape: string
  names: number
  tokens: number
  name: string | undefined
}

/** Functions of one shape. */
export type CopyGroup = readonly [CopiedFunction, CopiedFunction, ...CopiedFunction[]]

/** Large functions of the same shape, in groups of two and more: names, texts and numbers differ, nothing else. */
export const copiedFunctions = onceFor((production: readonly SourceFile[]): readonly CopyGroup[] =>
  [...Map.groupBy(largeFunctions(production), ({ shape }) => shape).values()].flatMap(([first, second, ...more]) =>
    first && second ? [[first, second, ...more] as const] : [],
  ),
)

const groupsByFile = onceFor((production: readonly SourceFile[]) => {
  const found = new Map<SourceFile, { copy: CopiedFunction; group: CopyGroup }[]>()
  for (const group of copiedFunctions(production)) for (const copy of group) append(found, copy.file, { copy, group })
  return found
})

/** The groups of which one function stands in the lines of one place, and another in those of the other. */
export function copiedBetween(place: Lines, other: Lines, production: readonly SourceFile[]): readonly CopyGroup[] {
  return (groupsByFile(production).get(place.file) ?? []).flatMap(({ copy, group }) =>
    isMostlyIn(copy, place) && group.some((item) => item !== copy && isMostlyIn(item, other)) ? [group] : [],
  )
}

/** Whether more than half of a function stands in some lines. */
export function isMostlyIn(copy: CopiedFunction, lines: Lines): boolean {
  const { file, from, to } = linesIn(copy)
  const common = Math.min(to, lines.to) - Math.max(from, lines.from) + 1
  return file === lines.file && common * 2 > to - from + 1
}

/** The lines a copied function stands on. */
export function linesIn({ node, file }: CopiedFunction): Lines {
  return { file, from: lineAt(file.lineStarts, node.start), to: lineAt(file.lineStarts, node.end) }
}

function* largeFunctions(production: readonly SourceFile[]): Iterable<CopiedFunction> {
  const files = production.filter(({ path }) => !alikeByNature.test(path))
  const outlines = new Map<string, number>()
  for (const file of files)
    for (const { outline } of outlined(file)) outlines.set(outline, (outlines.get(outline) ?? 0) + 1)
  for (const file of files) {
    for (const { node, outline } of outlined(file)) {
      if ((outlines.get(outline) ?? 0) < 2 || !node.body) continue
      const { hash, names, tokens } = shapeIn(file, node.body)
      if (tokens >= leastTokens && functionName(node) !== 'constructor')
        yield { node, file, shape: `${hash} ${tokens}`, names, tokens, name: functionName(node) }
    }
  }
}

const shapesIn = once(() => new Map<Node, ReturnType<typeof tokenShape>>())

function shapeIn(file: SourceFile, body: Node): ReturnType<typeof tokenShape> {
  const shapes = shapesIn(file)
  const shape = shapes.get(body) ?? tokenShape(file.text, body.start, body.end)
  shapes.set(body, shape)
  return shape
}

const alikeByNature =
  /\.[jt]sx$|types?\.ts$|schema|swagger|openapi|definitions?\b|\.config\.|constants?\/|examples?\b|templates?\/|seed|fixtures?|mock|(^|\/)(public|static|assets|vendors?)\//i

/** The outermost functions that are long enough, with the kinds of their statements: few of those are alike. */
const outlined = once((file: SourceFile) =>
  file.functions.flatMap((node) => {
    if (
      node.end - node.start < leastLength ||
      node.body?.type !== 'BlockStatement' ||
      linesOf(node, file) < leastLines ||
      isInside(node, file) ||
      isTable(node.body.body) ||
      isModel(node)
    )
      return []
    return [{ node, outline: `${node.params.length} ${node.async} ${kindsIn(node.body.body, 3)}` }]
  }),
)

/** What only gives a list or an object that is written there. */
function isTable([first]: readonly Node[]): boolean {
  return first?.type === 'ReturnStatement' && /^(Object|Array)Expression$/.test(first.argument?.type ?? '')
}

/** `(sequelize, DataTypes) => …` declares the columns of a table. */
function isModel({ params }: FunctionNode): boolean {
  return params.some((item) => item.type === 'Identifier' && item.name === 'DataTypes')
}

function linesOf(node: Node, file: SourceFile): number {
  return lineAt(file.lineStarts, node.end) - lineAt(file.lineStarts, node.start) + 1
}

/** Inside another function that is compared as a whole; what is longer holds functions of its own. */
function isInside(node: Node, file: SourceFile): boolean {
  const outer = functionAround(node)
  return outer !== undefined && linesOf(outer, file) <= 120
}

function kindsIn(list: readonly Node[], depth: number): string {
  return list
    .map((node) => {
      const inner = node.type === 'TryStatement' && depth > 0 ? `{${kindsIn(node.block.body, depth - 1)}}` : ''
      return node.type.slice(0, 4) + inner
    })
    .join()
}
