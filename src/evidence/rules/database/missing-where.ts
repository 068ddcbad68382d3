import type { Codebase } from '../../codebase.ts'
import { hasSpread, keyOf, pathOf, propertyOf, unwrap, type CallNode, type Node, type Of } from '../../parse/ast.ts'
import { lookUp } from '../../parse/scopes.ts'
import type { SourceFile } from '../../parse/source-file.ts'
import type { Match, Rule, Words } from '../rule.ts'

export const missingWhere: Rule = {
  id: 'missing-where',
  category: 'bug',
  severity: 'high',
  confidence: 'high',
  title: 'A filter is given where options are taken',
  why: 'Sequelize reads the filter from `where` and passes over what it does not know: a lookup finds any row or all of them, and most changes throw.',
  effects: { safety: 'The wrong row is read, or none is changed.' },
  fix: { say: 'Put the filter under `where`.', code: { any: 'await User.update(data, { where: { id } })' } },
  sources: ['https://sequelize.org/docs/v6/core-concepts/model-querying-basics/'],
  limits: 'Sequelize only; objects written in the call, or given to the function that makes it.',
  *find(codebase) {
    const names = new Set(codebase.project.dependencies.map(({ name }) => name))
    if (!names.has('sequelize') || names.has('mongoose') || names.has('typeorm')) return
    for (const { call, file, method, client } of codebase.queries) {
      if (
        file.kind !== 'production' ||
        ofDocuments.test(client) ||
        !/^(findOne|findAll|findAndCountAll|count|destroy|update)$/.test(method)
      )
        continue
      yield* secondOptions(call, method, file)
      for (const place of filtersGiven(call, method, file, codebase))
        yield {
          file: place.file,
          node: place.node,
          message: `\`${place.key}\` is no option of \`${method}\`: the filter belongs under \`where\`.`,
        }
    }
  },
}

/** Stores of documents take a filter as it is. */
const ofDocuments = /mongo|marsdb|nedb|monk/

/** `findOne({ attributes }, { where })`: the second object is passed over. */
function* secondOptions(call: CallNode, method: string, file: SourceFile): Iterable<Match> {
  const [first, second] = call.arguments
  if (!/^find|^count$/.test(method) || first?.type !== 'ObjectExpression' || second?.type !== 'ObjectExpression') return
  if (strangeKey(first) !== undefined || second.properties.length === 0 || strangeKey(second) !== undefined) return
  const isFilter = propertyOf(second, 'where') !== undefined
  yield {
    file,
    node: second,
    severity: isFilter ? 'high' : 'low',
    words: isFilter ? filterPassedOver : passedOver,
    message: isFilter
      ? `\`${method}\` takes one object: this \`where\` is passed over, and every row fits.`
      : `\`${method}\` takes one object: what stands in the second is passed over.`,
  }
}

const passedOver: Words = {
  title: 'Options stand where nobody reads them',
  why: 'Lookups of Sequelize take all options in one object: the columns, limits or includes of a second are passed over.',
  effects: { latency: 'More is read than was meant.', maintenance: 'The code says something else than it does.' },
  fix: {
    say: 'Put all options into one object.',
    code: { any: "await Order.findOne({ attributes: ['id', 'total'], where: { id } })" },
  },
}

const filterPassedOver: Words = {
  ...passedOver,
  title: 'A filter stands where nobody reads it',
  why: 'Lookups of Sequelize take all options in one object: without the filter of the second, the first row of the table is the answer.',
  effects: { safety: 'What belongs to somebody else is read and shown.' },
}

const options = new Set(
  (
    'where attributes include order limit offset group having raw transaction lock paranoid logging plain nest distinct subQuery ' +
    'rejectOnEmpty hooks individualHooks returning fields validate silent truncate force cascade restartIdentity benchmark useMaster ' +
    'mapToModel replacements bind type searchPath skipLocked sideEffects col dataType indexHints model instance tableHint ' +
    'groupedLimit required through as association nested separate duplicating right on scope schema context exclude omitNull'
  ).split(' '),
)

type Place = { node: Node; file: SourceFile; key: string }

/** `const member = await Member.findOne(…)` and then `member.update(…)`. */
function isRow({ callee }: CallNode, file: SourceFile): boolean {
  const object = callee.type === 'MemberExpression' ? unwrap(callee.object) : undefined
  const init = object?.type === 'Identifier' ? lookUp(file.scopes, object, object.name)?.init : undefined
  return init !== undefined && init !== null && /\.(find|create)\w*\(/.test(file.text.slice(init.start, init.end))
}

function* filtersGiven(call: CallNode, method: string, file: SourceFile, codebase: Codebase): Iterable<Place> {
  const [first, second] = call.arguments
  const given = method === 'update' ? second : first
  // `batches.update(batch.id, changes)` and `this.jobRepository.update(job, changes)` are methods of the project's own.
  if ((method === 'update' && first && isId(first)) || ofProject.test(pathOf(call.callee))) return
  // A row knows which one it is; what else it is told is for hooks.
  if (method === 'update' && isRow(call, file)) return
  const key = given && strangeKey(given)
  if (key !== undefined) yield { node: call, file, key }
  if (given?.type !== 'Identifier') return
  const parameter = parameterOf(given, file)
  if (!parameter) return
  for (const site of codebase.calls.sitesOf(parameter.of)) {
    const passed = site.call.arguments[parameter.index]
    const strange = passed && strangeKey(passed)
    if (strange !== undefined) yield { node: site.call, file: site.file, key: strange }
  }
}

const ofProject = /(repositor(y|ies)|repo|service|dao|store)\.\w+$/i

function isId(node: Node): boolean {
  return node.type === 'Literal' || /(^|[._])id$|Id$/.test(pathOf(node))
}

function parameterOf(node: Of<'Identifier'>, file: SourceFile) {
  const binding = lookUp(file.scopes, node, node.name)
  return binding && binding.path.length === 0 && binding.writes.length === 0 ? binding.parameter : undefined
}

/** The first key of an object of which none is an option. */
function strangeKey(node: Node): string | undefined {
  if (node.type !== 'ObjectExpression' || node.properties.length === 0 || hasSpread(node)) return undefined
  const keys = node.properties.map((property) => (property.type === 'Property' ? keyOf(property) : undefined))
  return keys.some((key) => key === undefined || options.has(key)) ? undefined : keys[0]
}
