import type { Codebase } from '../../../codebase.ts'
import type { SourceFile } from '../../../parse/source-file.ts'
import { functionAround, unwrap, type Node } from '../../../parse/ast.ts'
import { lookUp } from '../../../parse/scopes.ts'
import { requestOf } from '../../places.ts'
import type { Match, Words } from '../../rule.ts'
import { locked } from './locked.ts'

/** `update(id, { ...user, avatar })`, where `user` was read before: every other field is written back as it was. */
export function* rowWrittenBack(codebase: Codebase): Iterable<Match> {
  for (const query of codebase.queries) {
    const { call, file } = query
    if (query.kind !== 'update' || file.kind !== 'production' || !requestOf(codebase, call)) continue
    const around = functionAround(call)
    const row = call.arguments.flatMap((argument) => rowSpread(argument, file) ?? [])[0]
    if (row === undefined || !around || locked.test(file.text.slice(around.start, call.start))) continue
    yield {
      file,
      node: call,
      confidence: 'medium',
      severity: 'low',
      words: onlyChanged,
      message: `All fields of \`${row}\` are written back as they were read: what another request changed in between is lost.`,
    }
  }
}

/** The name of a row that was read before and is spread into what is written. */
function rowSpread(node: Node, file: SourceFile): string | undefined {
  if (node.type !== 'ObjectExpression') return undefined
  for (const property of node.properties) {
    if (property.type === 'Property') {
      const found = rowSpread(unwrap(property.value), file)
      if (found !== undefined) return found
      continue
    }
    const inner = unwrap(property.argument)
    const binding = inner.type === 'Identifier' ? lookUp(file.scopes, inner, inner.name) : undefined
    const made = binding?.path.length === 0 ? binding.init : undefined
    if (inner.type === 'Identifier' && made && /^await\s[\w.]*\.?(find|get)\w*\(/.test(textOf(made, file)))
      return inner.name
  }
  return undefined
}

function textOf(node: Node, file: SourceFile): string {
  return file.text.slice(node.start, node.end)
}

const onlyChanged: Words = {
  title: 'A row is written back as it was read',
  why: 'Between reading and writing another request may have changed other fields: writing all of them puts the old values back.',
  fix: {
    say: 'Write only the fields that change.',
    code: {
      Prisma: 'await prisma.profile.update({ where: { userId }, data: { name, image } })',
      Mongoose: 'await Profile.updateOne({ userId }, { $set: { name, image } })',
      TypeORM: 'await profiles.update({ userId }, { name, image })',
      Sequelize: 'await Profile.update({ name, image }, { where: { userId } })',
      any: 'UPDATE profiles SET name = :name, image = :image WHERE user_id = :userId',
    },
  },
}
