import type { Codebase } from '../codebase.ts'
import { functionAround, propertyOf, type Node, type Of } from '../parse/ast.ts'
import type { SourceFile } from '../parse/source-file.ts'
import { lineBefore, loadWhole, replace, source } from './edits.ts'
import type { CodeFix } from './fix-here.ts'

type Hashing = {
  name: string
  from: string
  hash: (plain: string) => string
  verify: (hashed: string, plain: string) => string
}

/** Stores a slow, salted hash in place of a password, and asks the hash where passwords were compared. */
export const hashPassword: CodeFix = ({ node, file, codebase, match }) => {
  const hashing = hashingOf(codebase)
  const imports = [loadWhole(hashing.name, hashing.from, file)]
  if (!canWait(node, codebase)) return undefined
  if (match.message === 'The password is stored as it was received.') {
    const value = valueOf(node)
    return value && { edits: [replace(value, `await ${hashing.hash(source(value, file))}`)], waits: true, imports }
  }
  if (match.message.startsWith('A password is compared')) {
    if (node.type !== 'BinaryExpression') return undefined
    const given = [node.left, node.right].filter((side) => codebase.flow.trace(side, file))
    const [plain] = given
    if (!plain || given.length > 1) return undefined
    const hashed = plain === node.left ? node.right : node.left
    const verified = `await ${hashing.verify(source(hashed, file), source(plain, file))}`
    return { edits: [replace(node, node.operator.startsWith('!') ? `!(${verified})` : verified)], waits: true, imports }
  }
  return match.message.startsWith('The password is part of the filter')
    ? askHash(node, file, hashing, imports)
    : undefined
}

/** Whether it may wait here: what calls a handler waits for it, what calls another function may not. */
function canWait(node: Node, codebase: Codebase): boolean {
  const around = functionAround(node)
  return around !== undefined && (around.async || codebase.web.inRequest.get(around)?.node === around)
}

/** Looks the account up by its name alone. */
function askHash(node: Node, file: SourceFile, hashing: Hashing, imports: string[]): ReturnType<CodeFix> {
  const declarator = node.parent?.type === 'AwaitExpression' ? node.parent.parent : undefined
  if (node.type !== 'CallExpression' || declarator?.type !== 'VariableDeclarator') return undefined
  const [first] = node.arguments
  const where = propertyOf(first, 'where') ?? first
  const password = where?.type === 'ObjectExpression' ? where.properties.find(isPassword) : undefined
  const value = password && valueOf(password)
  const statement = declarator.parent
  if (where?.type !== 'ObjectExpression' || !password || !value || !statement || declarator.id.type !== 'Identifier')
    return undefined
  const field = password.type === 'Property' ? source(password.key, file) : 'password'
  const others = where.properties.filter((property) => property !== password).map((property) => source(property, file))
  if (others.length === 0) return undefined
  const { name } = declarator.id
  const row = name === 'found' ? 'row' : 'found'
  const lookup = `${source(node.callee, file)}(${source(first ?? node, file).replace(source(where, file), `{ ${others.join(', ')} }`)})`
  const isRight = `await ${hashing.verify(`${row}.${field}`, source(value, file))}`
  return {
    edits: [
      lineBefore(statement, `const ${row} = await ${lookup}`, file),
      replace(node.parent ?? node, `${row} && (${isRight}) ? ${row} : null`),
    ],
    imports,
  }
}

function isPassword(property: Of<'ObjectExpression'>['properties'][number]): boolean {
  return property.type === 'Property' && property.key.type === 'Identifier' && /^passw(or)?d$/i.test(property.key.name)
}

function valueOf(node: Node): Node | undefined {
  if (node.type === 'Property') return node.shorthand ? undefined : node.value
  return node.type === 'AssignmentExpression' ? node.right : undefined
}

/** The library that the project has for it, or argon2. */
function hashingOf({ project }: Codebase): Hashing {
  const has = (name: string) => project.dependencies.some((item) => item.name === name)
  const bcrypt = ['bcrypt', 'bcryptjs'].find(has)
  if (bcrypt === undefined)
    return {
      name: 'argon2',
      from: 'argon2',
      hash: (plain) => `argon2.hash(${plain})`,
      verify: (hashed, plain) => `argon2.verify(${hashed}, ${plain})`,
    }
  return {
    name: 'bcrypt',
    from: bcrypt,
    hash: (plain) => `bcrypt.hash(${plain}, 12)`,
    verify: (hashed, plain) => `bcrypt.compare(${plain}, ${hashed})`,
  }
}
