import type { Codebase } from '../../codebase.ts'
import { contains, functionAround, keyOf, type FunctionNode, type Node } from '../../parse/ast.ts'
import { once } from '../../parse/once.ts'
import { lineAt, type SourceFile } from '../../parse/source-file.ts'
import { tokenShape } from '../../parse/token-shape.ts'
import { lineOf } from '../places.ts'
import type { Match, Rule } from '../rule.ts'

const leastLines = 8
const leastTokens = 60
const leastLength = 200
const mostFindings = 16
const mostInOneFile = 3
const mostOfOneShape = 3

export const copiedFunctions: Rule = {
  id: 'copied-functions',
  category: 'duplicate-code',
  severity: 'low',
  confidence: 'medium',
  title: 'A function is a copy of another with other names',
  why: 'A mistake is fixed in one of them, and what all of them do cannot be changed in one place.',
  effects: { maintenance: 'Every change has to be made several times.' },
  fix: {
    say: 'Make one function of it and pass what differs.',
    code: {
      any: "const removeFrom = (queries) => async (req, res) => res.json(await queries.remove({ id: req.params.id }))\nrouter.delete('/jobs/:id', removeFrom(jobs))",
    },
  },
  sources: ['https://cwe.mitre.org/data/definitions/1041.html'],
  limits:
    'Functions of the same shape: names, texts and numbers may differ, statements and the methods they call may not.',
  find(codebase) {
    const copies = [...Map.groupBy(largeFunctions(codebase), ({ shape }) => shape).values()].flatMap(copiesIn)
    const largest = copies
      .filter(({ match }) => !copies.some((other) => isPartOf(match, other.match)))
      .toSorted((one, other) => other.size - one.size)
    return [...Map.groupBy(largest, ({ match }) => match.file).values()]
      .flatMap((found) => found.slice(0, mostInOneFile))
      .toSorted((one, other) => other.size - one.size)
      .slice(0, mostFindings)
      .map(({ match }) => match)
  },
}

/** What stands in a copied function is copied with it. */
function isPartOf({ file, node }: Match, outer: Match): boolean {
  return (
    file === outer.file &&
    node !== undefined &&
    outer.node !== undefined &&
    node !== outer.node &&
    contains(outer.node, node)
  )
}

type Large = {
  node: FunctionNode
  file: SourceFile
  shape: string
  names: number
  tokens: number
  name: string | undefined
}

function* largeFunctions(codebase: Codebase): Iterable<Large> {
  const files = codebase.production.filter(({ path }) => !alikeByNature.test(path))
  const outlines = new Map<string, number>()
  for (const file of files)
    for (const { outline } of outlined(file)) outlines.set(outline, (outlines.get(outline) ?? 0) + 1)
  for (const file of files) {
    for (const { node, outline } of outlined(file)) {
      if ((outlines.get(outline) ?? 0) < 2 || !node.body) continue
      const { hash, names, tokens } = shapeIn(file, node.body)
      if (tokens >= leastTokens && nameOf(node) !== 'constructor')
        yield { node, file, shape: `${hash} ${tokens}`, names, tokens, name: nameOf(node) }
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
      isInside(node, file)
    )
      return []
    return [{ node, outline: `${node.params.length} ${node.async} ${kindsIn(node.body.body, 3)}` }]
  }),
)

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

type Copy = { size: number; match: Match & { file: SourceFile } }

/** All but the first of a group, or the first of those when there are many; each names the others. */
function copiesIn(group: readonly Large[]): Copy[] {
  const [first, ...rest] = group
  if (!first) return []
  const place = `${first.file.path}:${lineOf(first.node, first.file)}`
  const original = first.name === undefined ? `the function in ${place}` : `\`${first.name}\` in ${place}`
  return rest.slice(0, mostOfOneShape).map(({ node, file, name, names, tokens }) => {
    const others = group.filter((item) => item.node !== node).slice(0, 12)
    const what = name === undefined ? 'This function' : `\`${name}\``
    const count = group.length > 2 ? `, and ${group.length - 2} more do too` : ''
    return {
      size: tokens,
      match: {
        file,
        node,
        line: lineOf(node, file),
        also: others.map((item) => ({ path: item.file.path, line: lineOf(item.node, item.file) })),
        message: `${what} does the same as ${original}${names === first.names ? '' : ' with other names'}${count}.`,
      },
    }
  })
}

function nameOf(node: FunctionNode): string | undefined {
  if (node.id) return node.id.name
  const holder = node.parent
  if (holder?.type === 'VariableDeclarator' && holder.id.type === 'Identifier') return holder.id.name
  return holder?.type === 'Property' || holder?.type === 'MethodDefinition' || holder?.type === 'PropertyDefinition'
    ? keyOf(holder)
    : undefined
}
