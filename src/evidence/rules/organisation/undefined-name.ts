import type { Codebase } from '../../codebase.ts'
import { rawTexts } from '../../facts/raw-texts.ts'
import { knownGlobals } from '../../facts/globals.ts'
import { ancestor, functionAround, parameterName, type Node, type Of } from '../../parse/ast.ts'
import { lookUp } from '../../parse/scopes.ts'
import type { SourceFile } from '../../parse/source-file.ts'
import { isTried } from '../../facts/promises.ts'
import { atOnce, once } from '../../parse/once.ts'
import type { Match, Rule, Words } from '../rule.ts'

export const undefinedName: Rule = {
  id: 'undefined-name',
  category: 'bug',
  severity: 'high',
  confidence: 'high',
  title: 'A name is used that is declared nowhere',
  why: 'When the line runs it throws a ReferenceError.',
  effects: { safety: 'The request fails, or the module does not load.' },
  fix: {
    say: 'Import or declare it, or add the parameter.',
    code: {
      Express: "app.get('/orders', (req, res, next) => listOrders(req.query).then((rows) => res.json(rows), next))",
    },
  },
  sources: ['https://eslint.org/docs/latest/rules/no-undef'],
  *find(codebase) {
    const made = new Set([...codebase.production.flatMap(globalsMadeBy), ...givenNames(codebase)])
    for (const file of codebase.production) {
      if (/\.[cm]?tsx?$/.test(file.path) || file.cutLines.length > 0) continue
      // What a sandbox runs harms whoever wrote the rest of it.
      const weight = rawTexts(codebase).has(file.path) ? ({ severity: 'low' } as const) : {}
      for (const match of inFile(file, made)) yield { ...match, ...weight }
    }
  },
}

/** Names a file gives to the whole process: `global.name = …`, and assignments to what is declared nowhere. */
const globalsMadeBy = atOnce((file: SourceFile) => [
  ...file.assignments.flatMap((item) =>
    item.left.type === 'Identifier' && !lookUp(file.scopes, item, item.left.name) ? [item.left.name] : [],
  ),
  ...namesOfLoops(file),
  ...[...file.text.matchAll(/\bglobal(?:This)?\.(\w+)\s*=/g)].map((match) => match[1] ?? ''),
])

/** `for (key in list)` sets what is declared nowhere. */
function namesOfLoops({ loops, scopes }: SourceFile): string[] {
  return loops.flatMap((loop) =>
    'left' in loop && loop.left.type === 'Identifier' && !lookUp(scopes, loop, loop.left.name) ? [loop.left.name] : [],
  )
}

const undeclaredIn = once((file: SourceFile) =>
  [...references(file)].filter((node) => !knownGlobals.has(node.name) && !lookUp(file.scopes, node, node.name)),
)

/** What many files use and none declares, a framework or a loader gives: the models of Sails, the globals of Meteor. */
function givenNames(codebase: Codebase): string[] {
  const files = new Map<string, number>()
  for (const file of codebase.production) {
    if (/\.[cm]?tsx?$/.test(file.path)) continue
    for (const name of new Set(undeclaredIn(file).map((node) => node.name)))
      if (!isParameter(name, file)) files.set(name, (files.get(name) ?? 0) + 1)
  }
  const loaded =
    codebase.project.dependencies.some(({ name }) => name === 'sails') ||
    codebase.texts.has('.meteor/packages') ||
    // Modules that the project runs with names of its own choice.
    codebase.index.named(/^vm\.(createContext|runIn(New|This)?Context|Script)$/).length > 0
  return [...files].flatMap(([name, count]) => (count >= 3 || (loaded && /^[A-Z]/.test(name)) ? [name] : []))
}

/** What another function of the file takes was forgotten in this one. */
function isParameter(name: string, file: SourceFile): boolean {
  return file.functions.some(({ params }) => params.some((parameter) => parameterName(parameter)?.name === name))
}

function* inFile(file: SourceFile, made: ReadonlySet<string>): Iterable<Match> {
  const seen = new Set<string>()
  for (const node of undeclaredIn(file)) {
    const { name } = node
    if (seen.has(name) || made.has(name)) continue
    if (
      file.comments.some((comment) => /^\s*(globals?|eslint-env)\b/.test(comment.text)) ||
      (isTried(node) && isAlone(node) && !isCalled(node))
    )
      continue
    if (
      ancestor(node, (at) => at.type === 'UnaryExpression' && at.operator === 'typeof') ||
      ancestor(node, (at) => at.type === 'WithStatement')
    )
      continue
    if (new RegExp(String.raw`typeof ${name}\b|\bwindow\.${name}\s*=`).test(file.text)) continue
    seen.add(name)
    const words = /^(req|res|next|done|cb|callback)$/.test(name) ? undefined : undeclared
    yield { file, node, ...(words && { words }), message: saysWhere(name, node, file) }
  }
}

/** `let rows` inside of a `try` is not there in its `catch`. */
function saysWhere(name: string, node: Node, file: SourceFile): string {
  const around = functionAround(node)
  const isBeside = file.declarators.some(
    (item) => item.id.type === 'Identifier' && item.id.name === name && functionAround(item) === around,
  )
  return isBeside ? `\`${name}\` is declared in another block, and not here.` : `\`${name}\` is declared nowhere.`
}

/** All that a `try` does is to ask for the name. */
function isAlone(node: Node): boolean {
  const tried = ancestor(node, (at) => at.type === 'TryStatement')
  return tried?.type === 'TryStatement' && tried.block.body.length < 3
}

/** To call or to make what is nowhere is no question of whether it is there. */
function isCalled(node: Node): boolean {
  const call = node.parent
  return (call?.type === 'CallExpression' || call?.type === 'NewExpression') && call.callee === node
}

function* references(file: SourceFile): Iterable<Of<'Identifier'>> {
  const pick = (node: Node | null | undefined): Of<'Identifier'> | undefined =>
    node?.type === 'Identifier' ? node : undefined
  for (const call of file.calls) {
    for (const part of [call.callee, ...call.arguments]) {
      const found = pick(part)
      if (found) yield found
    }
  }
  for (const member of file.members) {
    const found = pick(member.object)
    if (found) yield found
  }
  for (const property of file.properties) {
    const found = property.parent?.type === 'ObjectExpression' ? pick(property.value) : undefined
    if (found) yield found
  }
  for (const node of file.binaries) {
    for (const side of [node.left, node.right]) {
      const found = pick(side)
      if (found) yield found
    }
  }
}

const undeclared: Words = { fix: { say: 'Import or declare it, where this line can see it.', code: {} } }
