import type { Codebase } from '../../codebase.ts'
import { endsAlways } from '../../facts/flow-of-control.ts'
import { functionAround, pathOf, unwrap, type CallNode, type FunctionNode, type Node } from '../../parse/ast.ts'
import { once } from '../../parse/once.ts'
import { returnsOf } from '../../parse/returns.ts'
import type { SourceFile } from '../../parse/source-file.ts'
import { bySentence } from '../matches.ts'
import { lineOf, textOf } from '../places.ts'
import type { Match, Rule, Words } from '../rule.ts'
import { firstNegation } from './first-negation.ts'

export const alwaysThere: Rule = {
  id: 'always-there',
  category: 'bug',
  severity: 'high',
  confidence: 'high',
  title: 'An object is asked whether it is there',
  why: 'The function gives an object in every case, and an object is not falsy, whatever it says inside.',
  effects: { safety: 'The check never refuses: invalid data is taken.' },
  fix: {
    say: 'Ask for the field that says it.',
    code: { any: 'const { valid, errors } = validate(data)\nif (!valid) return refuse(errors)' },
  },
  sources: ['https://developer.mozilla.org/en-US/docs/Glossary/Falsy'],
  limits: 'Functions of the project whose every return is an object written there, and updates and deletions.',
  *find(codebase) {
    for (const { call, file, target } of codebase.calls.linked) {
      if (!givesObject(target.node, target.file) || !codebase.meanings.functionOf(call.callee, file)) continue
      const test = firstTest(call, file)
      if (!test) continue
      const said = `\`${textOf(call, file, 40)}\` gives an object in every case`
      // What throws on failure, or looks something up, is only asked once too often.
      if (judges.test(pathOf(call.callee)) && !isReadThen(test, file))
        yield { file, node: test, message: `${said}: this check lets everything pass.` }
      else yield { file, node: test, severity: 'info', message: `${said}: this check is never true.` }
    }
    yield* bySentence(outcomesOfWrites(codebase))
  },
}

/** Whether what the object says is asked for after the check. */
function isReadThen(test: Node, file: SourceFile): boolean {
  const name = test.type === 'UnaryExpression' && test.argument.type === 'Identifier' ? test.argument.name : undefined
  const around = functionAround(test)
  if (name === undefined || !around) return false
  return file.members.some(
    ({ object, start }) =>
      object.type === 'Identifier' && object.name === name && start > test.end && start < around.end,
  )
}

/** What an update or a deletion gives says how many rows it found: an object, or a list of one number. */
function* outcomesOfWrites({ queries, project }: Codebase): Iterable<Match> {
  const mappers = project.dataClients.map(({ name }) => name).filter((name) => mapperNames.test(name))
  for (const { call, file, method, client } of queries) {
    if (file.kind !== 'production' || !givesOutcome(method, client, mappers, call)) continue
    const test = firstTest(call, file)
    if (test)
      yield {
        file,
        node: test,
        line: lineOf(test, file),
        severity: 'medium',
        words: ofUpdates,
        message: `\`${method}\` gives an object in every case, also when it found no row: this check lets everything pass.`,
      }
  }
}

const mapperNames = /^(Prisma|TypeORM|Mongoose|Sequelize|Knex|Drizzle|MikroORM|Objection|Kysely)$/

function givesOutcome(method: string, client: string, mappers: readonly string[], call: CallNode): boolean {
  const given = call.arguments.length
  // What a class of the project is given may have methods of its own.
  const isModel = /^(db\.|models?\.)?\w+\.\w+$/.test(pathOf(call.callee))
  const isOnly = (name: string) =>
    client === name.toLowerCase() || (client === 'unknown' && mappers.length === 1 && mappers[0] === name && isModel)
  if (/^(updateOne|updateMany|deleteOne|deleteMany|replaceOne)$/.test(method))
    return given > 0 && (/^mongo(ose|db)$/.test(client) || isOnly('Mongoose'))
  if (/^(update|delete|softDelete)$/.test(method) && client === 'typeorm') return given > 0
  return method === 'update' && given === 2 && isOnly('Sequelize')
}

/** Functions that say whether something is right. */
const judges = /(^|\.)(is|has|can|may)[A-Z]\w*$|[vV]alid|[vV]erif|[cC]heck|[aA]llow|[pP]ermi/

const objects = once((file: SourceFile): ReadonlySet<FunctionNode> => {
  const found = new Set<FunctionNode>()
  for (const node of file.functions) {
    const last = node.body?.type === 'BlockStatement' ? node.body.body.at(-1) : undefined
    const returns = returnsOf(node, file)
    if (returns.length === 0 || node.generator || !last || !/^(Return|Throw|If|Try)Statement$/.test(last.type)) continue
    // A function that may end without a return gives undefined then.
    if (
      last.type !== 'ReturnStatement' &&
      !returns.some((item) => item.parent?.parent === last || item.parent === last)
    )
      continue
    if (returns.every(({ argument }) => argument && isObject(unwrap(argument))) && endsAlways(last)) found.add(node)
  }
  return found
})

function isObject(node: Node): boolean {
  return node.type === 'ObjectExpression' || node.type === 'ArrayExpression'
}

function givesObject(node: FunctionNode, file: SourceFile): boolean {
  if (node.body && node.body.type !== 'BlockStatement') return isObject(unwrap(node.body))
  return objects(file).has(node)
}

function firstTest(call: Node, file: SourceFile): Node | undefined {
  const value = call.parent?.type === 'AwaitExpression' ? call.parent : call
  return firstNegation(value, file, (negation) => negation.parent?.type !== 'LogicalExpression')
}

const ofUpdates: Words = {
  title: 'A write is asked whether there is a row',
  fix: {
    say: 'Ask for the number it gives, or use a call that gives the row.',
    code: {
      Mongoose: "if (result.matchedCount === 0) throw new Error('no such order')",
      any: "if (result.affected === 0) throw new Error('no such order')",
    },
  },
}
