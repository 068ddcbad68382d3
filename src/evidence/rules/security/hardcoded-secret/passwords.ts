import type { Codebase } from '../../../codebase.ts'
import { looksSecret, passwordInUrl } from '../../../facts/secrets.ts'
import { objectOf } from '../../../facts/sessions.ts'
import { literalText, pathOf, propertyOf, type CallNode } from '../../../parse/ast.ts'
import { once } from '../../../parse/once.ts'
import type { SourceFile } from '../../../parse/source-file.ts'
import { bySentence } from '../../places.ts'
import type { Match } from '../../rule.ts'
import { isTestLike } from './in-source.ts'

const connects =
  /^(mysql2?(\.promise)?\.create(Connection|Pool)|pg\.(Client|Pool)|mongodb\.MongoClient(\.connect)?|mongoose\.(connect|createConnection)|typeorm\.(DataSource|createConnection)|knex|sequelize(\.Sequelize)?|mssql\.connect|oracledb\.getConnection|tedious\.Connection)$/

/** A password in the options of a database connection is one, however simple it is. */
export function* databasePasswords(codebase: Codebase): Iterable<Match> {
  for (const { call, file } of codebase.index.named(connects)) {
    if (isTestLike(file)) continue
    const options = call.arguments.flatMap((argument) => objectOf(argument, file, codebase.meanings) ?? [])
    for (const { node, file: home } of options) {
      const nested = ['auth', 'connection', 'authentication', 'options'].flatMap((name) => propertyOf(node, name) ?? [])
      const value = [node, ...nested].flatMap(
        (item) => propertyOf(item, 'password') ?? propertyOf(item, 'pass') ?? [],
      )[0]
      const text = literalText(value)
      if (!value || text === undefined || looksSecret(text, 'password') || passwordInUrl(text)) continue
      const message =
        text === '' ? 'The database is opened without a password.' : 'The password of the database is written here.'
      yield { file: home, node: value, severity: 'medium', message }
    }
  }
}

const hashing =
  /(^|\.)((bcrypt\w*|bcrypt-nodejs|argon2|passwords?)\.hash(Sync)?|(hash|encrypt|crypt|encode)_?(password|pwd)(Sync)?)$/i

/** `bcrypt.hash('admin', 10)`: an account is made with a password that everyone can read. */
export function* accountPasswords(codebase: Codebase): Iterable<Match> {
  for (const file of codebase.sources.values()) {
    if (!/^(production|script|migration)$/.test(file.kind)) continue
    const made = hashings(file)
    if (file.kind === 'production') for (const call of made) yield* writtenPassword(call, file, 'medium')
    else yield* bySentence(made.flatMap((call) => [...writtenPassword(call, file, 'low')]))
  }
}

const hashings = once((file: SourceFile) =>
  file.calls.filter(
    ({ callee, arguments: [given] }) => literalText(given) !== undefined && hashing.test(pathOf(callee)),
  ),
)

function* writtenPassword(call: CallNode, file: SourceFile, severity: 'medium' | 'low'): Iterable<Match> {
  const [node] = call.arguments
  const text = literalText(node)
  if (node && text !== undefined && text.length > 2 && !isTestLike(file))
    yield { file, node, severity, message: 'An account is made with a password that is in the source.' }
}
