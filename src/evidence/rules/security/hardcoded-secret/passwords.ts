import type { Codebase } from '../../../codebase.ts'
import { looksSecret, passwordInUrl } from '../../../facts/secrets.ts'
import { objectOf } from '../../../facts/sessions.ts'
import { literalText, pathOf, propertyOf } from '../../../parse/ast.ts'
import { goingBy, methodCallsOf, plainCallsOf } from '../../../parse/by-name.ts'
import { atOnce } from '../../../parse/once.ts'
import type { SourceFile } from '../../../parse/source-file.ts'
import { inOne } from '../../matches.ts'
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
      // A socket in the file system is open to users of the machine, and asks for none.
      if (text === '' && literalText(propertyOf(node, 'socketPath') ?? propertyOf(node, 'host'))?.startsWith('/'))
        continue
      if (!value || text === undefined || looksSecret(text, 'password') || passwordInUrl(text)) continue
      // To be filled in; the server starts with none of these.
      if (/^your|^<.*>$/i.test(text)) continue
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
    if (!/^(production|script|migration)$/.test(file.kind) || isTestLike(file)) continue
    const isServed = file.kind === 'production'
    const made = hashedTexts(file).map((node): Match => {
      const message = 'An account is made with a password that is in the source.'
      return { file, node, severity: isServed ? 'medium' : 'low', message }
    })
    yield* inOne(made)
  }
}

const hashedTexts = atOnce((file: SourceFile) =>
  [...goingBy(methodCallsOf(file), hashNames), ...goingBy(plainCallsOf(file), hashNames)].flatMap(
    ({ callee, arguments: [given] }) =>
      given && (literalText(given) ?? '').length > 2 && hashing.test(pathOf(callee)) ? [given] : [],
  ),
)
const hashNames = /^hash|passw|pwd/i
