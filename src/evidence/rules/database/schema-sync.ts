import type { Codebase } from '../../codebase.ts'
import type { Query } from '../../facts/queries.ts'
import {
  ancestor,
  functionAround,
  functionName,
  keyOf,
  literalText,
  pathOf,
  propertyOf,
  type CallNode,
  type Node,
} from '../../parse/ast.ts'
import { atOnce } from '../../parse/once.ts'
import type { SourceFile } from '../../parse/source-file.ts'
import { inOne } from '../matches.ts'
import { textOf } from '../places.ts'
import type { Match, Rule, Words } from '../rule.ts'

export const schemaSync: Rule = {
  id: 'schema-sync',
  category: 'schema-sync',
  severity: 'high',
  confidence: 'high',
  title: 'The schema is changed to fit the code at every start',
  why: 'A renamed field becomes a dropped column, two processes change the schema at once, and nothing can be rolled back.',
  effects: { safety: 'Data can be lost by a deploy.', maintenance: 'No record of what changed and no way back.' },
  fix: {
    say: 'Write migrations and run them before the release.',
    code: {
      TypeORM: 'npx typeorm migration:run -d dist/data-source.js',
      Prisma: 'npx prisma migrate deploy',
      any: 'npx sequelize-cli db:migrate',
    },
  },
  sources: [
    'https://sequelize.org/docs/v6/core-concepts/model-basics/#synchronization-in-production',
    'https://typeorm.io/docs/data-source/data-source-options/',
  ],
  *find(codebase) {
    for (const group of Map.groupBy(synced(codebase), ({ node }) => node && functionAround(node)).values())
      yield* inOne(group)
    yield* switchedOnIn(codebase)
  },
}

/** Calls that make tables when the process starts. */
function* synced(codebase: Codebase): Iterable<Match> {
  for (const query of codebase.queries) {
    if (query.kind !== 'sync' || query.file.kind !== 'production' || isOfAnyModel(query.call)) continue
    // A tool that somebody starts by hand.
    if (query.file.text.includes('process.argv[')) continue
    const around = query.file.text.slice(Math.max(0, query.call.start - 300), query.call.start)
    if (refusedElsewhere.test(around) || isForTestsAlone(query, codebase)) continue
    if (/NODE_ENV[^\n]*(!==?|===?)[^\n]*(production|development|test)/.test(around)) continue
    yield { file: query.file, node: query.call, ...harmOf(query.call, textOf(query.call, query.file, 60)) }
  }
}

/** `synchronize: true` of TypeORM. */
function* switchedOnIn(codebase: Codebase): Iterable<Match> {
  for (const file of codebase.production) {
    for (const property of switchedOn(file)) {
      if (
        property.parent?.type === 'ObjectExpression' &&
        propertyOf(property.parent, 'entities') === undefined &&
        propertyOf(property.parent, 'type') === undefined &&
        propertyOf(property.parent, 'dialect') === undefined
      )
        continue
      if (isForTrying(property) || /(^|\/)(dev|test|local)([-.][\w-]+)*(\.\w+$|\/)/.test(file.path)) continue
      yield { file, node: property, message: 'TypeORM changes the schema to fit the entities at every start.' }
    }
  }
  for (const [path, text] of codebase.texts) {
    if (!/(^|\/)ormconfig[\w.]*\.json$/.test(path)) continue
    const row = text.split('\n').findIndex((item) => /"synchronize"\s*:\s*true/.test(item))
    if (row >= 0)
      yield {
        file: { path, text },
        line: row + 1,
        message: 'TypeORM changes the schema to fit the entities at every start.',
      }
  }
}

/** It stands in a function that tests call by its name, and no other file does. */
function isForTestsAlone({ call, file }: Query, { sources }: Codebase): boolean {
  const around = functionAround(call)
  const name = around && functionName(around)
  if (name === undefined || callsOf(name, file.text) > 1) return false
  const users = [...sources.values()].filter((other) => other !== file && callsOf(name, other.text) > 0)
  return users.length > 0 && users.every(({ kind }) => kind === 'test')
}

function callsOf(name: string, text: string): number {
  return text.split(`${name}(`).length + text.split(`${name} (`).length - 2
}

/** `if (!IS_TEST_ENV) throw …` before it. */
const refusedElsewhere = /\bif\s*\(\s*!\s*[\w.]*(test|dev)\w*(\(\))?\s*\)\s*\{?\s*(throw|return)\b/i

/** `force` makes every table anew, `alter` drops what the models no longer name; neither of them only adds. */
function harmOf(call: CallNode, text: string): Pick<Match, 'severity' | 'message' | 'words'> {
  const switchFor = (name: string) => {
    const value = propertyOf(call.arguments[0], name)
    return value && (literalText(value) ?? 'asked for')
  }
  const [force, alter] = [switchFor('force'), switchFor('alter')]
  if (force === 'true')
    return { severity: 'critical', message: `\`${text}\` drops every table when the process starts.` }
  if (alter === 'true') return { message: `\`${text}\` changes the schema when the process starts.` }
  if (force === 'asked for')
    return { severity: 'medium', message: `\`${text}\` drops every table when \`force\` is set.` }
  if (alter === 'asked for')
    return { severity: 'medium', message: `\`${text}\` changes the schema when \`alter\` is set.` }
  return {
    severity: 'medium',
    words: onlyMakes,
    message: `\`${text}\` makes tables when the process starts, and never changes those that are there.`,
  }
}

const switchedOn = atOnce((file: SourceFile) =>
  (file.text.includes('ynchroni') ? file.properties : []).filter(
    (property) =>
      property.key.type === 'Identifier' &&
      /^synchroni[sz]e$/.test(property.key.name) &&
      literalText(property.value) === 'true',
  ),
)

/** `const devConfig = { synchronize: true }`, beside one for production. */
function isForTrying(property: Node): boolean {
  return (
    ancestor(property, (at) => {
      if (at.type === 'VariableDeclarator') return at.id.type === 'Identifier' && forTrying.test(at.id.name)
      return at.type === 'Property' && forTrying.test(keyOf(at) ?? '')
    }) !== undefined
  )
}

const forTrying = /^(dev|development|test|testing|local)(Config|Options|DataSource|Settings|Source)?$/i

/** `models[name].sync()` and `this.model.sync()`: to make tables is what such code is for. */
function isOfAnyModel({ callee }: CallNode): boolean {
  if (callee.type !== 'MemberExpression') return false
  const { object } = callee
  return (
    ancestor(callee, (at) => at.type === 'MethodDefinition') !== undefined &&
    (pathOf(object) === 'this.model' ||
      (object.type === 'MemberExpression' &&
        (object.computed || (object.object.type === 'MemberExpression' && object.object.computed))))
  )
}

const onlyMakes: Words = {
  title: 'Tables are made when the process starts',
  why: 'What a model says anew reaches no table that is there: the code of the next release finds columns missing.',
  effects: { maintenance: 'No record of what changed, and each database may be another one.' },
}
