import type { Codebase } from '../../codebase.ts'
import { passwordField } from '../../facts/entities.ts'
import { functionAround, keyOf, pathOf, unwrap, type Node } from '../../parse/ast.ts'
import { importsPackage, requestOf, textOf } from '../places.ts'
import type { Match, Rule } from '../rule.ts'

const hashing =
  /^(bcrypt|bcryptjs|bcrypt-nodejs|argon2|@node-rs\/(argon2|bcrypt)|scrypt-kdf|passport-local-mongoose|better-auth|@supabase\/.*|firebase-admin|next-auth|@clerk\/.*|pbkdf2|scryptsy)/

export const plaintextPassword: Rule = {
  id: 'plaintext-password',
  category: 'plaintext-password',
  severity: 'high',
  confidence: 'high',
  title: 'Passwords or personal numbers are stored as they are',
  why: 'Whoever sees the table or a backup has them all; people use the same password elsewhere.',
  effects: { safety: 'One leak of the database is a leak of every account.' },
  fix: {
    say: 'Store a slow, salted hash and compare with its own function.',
    code: {
      any: 'const passwordHash = await argon2.hash(password)\nif (!(await argon2.verify(user.passwordHash, password))) return res.status(401).end()',
    },
  },
  sources: ['https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html'],
  *find(codebase) {
    const hashes =
      codebase.index.named(hashing).length > 0 ||
      codebase.production.some((file) => /\b(scrypt|pbkdf2)(Sync)?\(/.test(file.text))
    yield* comparisons(codebase)
    yield* inSql(codebase)
    if (!hashes) yield* stored(codebase)
    yield* personalNumbers(codebase)
  },
}

/** `user.password === password`: equal texts mean that the stored one is the password itself. */
function* comparisons(codebase: Codebase): Iterable<Match> {
  for (const file of codebase.production) {
    for (const node of file.binaries) {
      if (!/^[!=]==?$/.test(node.operator)) continue
      const [left, right] = [nameOf(node.left), nameOf(node.right)]
      const around = functionAround(node)
      const purpose = around ? (around.id?.name ?? textOf(around.parent ?? around, file, 60)) : ''
      const pair = /passw|pwd/i.test(left) && /passw|pwd/i.test(right)
      const compares =
        /compare.?passw|check.?passw|valid.?passw|verify.?passw/i.test(purpose) &&
        left !== '' &&
        right !== '' &&
        node.parent?.type === 'ReturnStatement'
      if (!pair && !compares) continue
      if (!requestOf(codebase, node) && !/auth|user|login|account|session|dao|model|passport|service/i.test(file.path))
        continue
      if (
        /confirm|repeat|again|retype|verify(?!.?passw)|2$|old|new|current|match/i.test(`${left} ${right}`) ||
        /typeof|null|undefined/.test(`${left}${right}`)
      )
        continue
      if (pair && sameObject(node.left, node.right)) continue
      yield {
        file,
        node,
        message: 'A password is compared as plain text, and in a time that depends on how much of it fits.',
        confidence: requestOf(codebase, node) ? 'high' : 'medium',
      }
    }
  }
}

/** Two fields of one object, such as a password and its repetition in a form. */
function sameObject(left: Node, right: Node): boolean {
  const [a, b] = [unwrap(left), unwrap(right)]
  return a.type === 'MemberExpression' && b.type === 'MemberExpression' && pathOf(a.object) === pathOf(b.object)
}

function nameOf(node: Node): string {
  const inner = unwrap(node)
  if (inner.type === 'Identifier') return inner.name
  return inner.type === 'MemberExpression' ? (keyOf(inner) ?? '') : ''
}

function* inSql(codebase: Codebase): Iterable<Match> {
  for (const file of codebase.production) {
    const texts = [...file.literals.filter((literal) => typeof literal.value === 'string'), ...file.templates]
    for (const literal of texts) {
      const text = file.text.slice(literal.start, literal.end)
      if (!/^['"`]/.test(text) || !/\b(select|create\s+table|where|and)\b/i.test(text)) continue
      if (/\b(where|and)\b[\s\S]*\bpassword\s*=\s*('|"|\?|\$|$)/i.test(text)) {
        yield {
          file,
          node: literal,
          message: 'The password is compared inside SQL, so it is stored as plain text (or as a hash without salt).',
        }
      } else if (
        /create\s+table[\s\S]*\bpassword\s+(varchar|text|char)/i.test(text) &&
        !importsPackage(codebase, hashing)
      ) {
        yield {
          file,
          node: literal,
          confidence: 'medium',
          message: 'The table keeps passwords in a text column, and nothing in the project hashes them.',
        }
      }
    }
  }
}

function* stored(codebase: Codebase): Iterable<Match> {
  for (const entity of codebase.entities) {
    const field = entity.fields.find((item) => passwordField.test(item.name) && !/hash/i.test(item.name))
    if (field) {
      yield {
        file: entity.file,
        node: field.node,
        confidence: 'medium',
        message: `\`${field.name}\` is stored and nothing in the project hashes it.`,
      }
    }
  }
  for (const query of codebase.queries) {
    if (query.kind !== 'insert' || query.file.kind !== 'production') continue
    const password = fieldIn(query.call.arguments[0], query.file)
    if (password)
      yield {
        file: query.file,
        node: password,
        confidence: 'medium',
        message: 'The password is stored as it was received.',
      }
  }
  for (const file of codebase.production) {
    for (const property of file.properties) {
      const value = unwrap(property.value)
      if (
        keyOf(property) !== 'password' ||
        value.type !== 'Identifier' ||
        value.name !== 'password' ||
        property.parent?.type !== 'ObjectExpression'
      )
        continue
      const holder = property.parent.parent
      if (
        holder?.type === 'VariableDeclarator' &&
        /user|account|member/i.test(file.text.slice(holder.id.start, holder.id.end)) &&
        /insert|save|create/i.test(file.text)
      ) {
        yield { file, node: property, confidence: 'medium', message: 'The password is stored as it was received.' }
      }
    }
  }
}

function fieldIn(node: Node | undefined, file: { text: string }): Node | undefined {
  if (node?.type !== 'ObjectExpression') return undefined
  return node.properties.find(
    (property) =>
      property.type === 'Property' &&
      keyOf(property) === 'password' &&
      !/hash|crypt|argon|scrypt|md5|sha/i.test(file.text.slice(property.value.start, property.value.end)),
  )
}

const personal =
  /^(ssn|social_?security(_?number)?|tax_?id|passport_?(no|number)|card_?number|credit_?card|cvv|iban|bank_?acc(ount)?|date_?of_?birth|dob)$/i

function* personalNumbers(codebase: Codebase): Iterable<Match> {
  const encrypts = (text: string) => /createCipher|encrypt\(/.test(text.replace(/\/\/.*|\/\*[\s\S]*?\*\//g, ''))
  for (const file of codebase.production) {
    if (encrypts(file.text)) continue
    const touches = codebase.queries.some((query) => query.file === file && /insert|update/.test(query.kind))
    if (!touches) continue
    for (const assignment of file.assignments) {
      const left = assignment.left
      const name = left.type === 'MemberExpression' ? (keyOf(left) ?? '') : ''
      if (personal.test(name) && assignment.right.type === 'Identifier' && functionAround(assignment)) {
        yield {
          file,
          node: assignment,
          severity: 'medium',
          confidence: 'medium',
          message: `\`${name}\` is stored without encryption.`,
        }
      }
    }
  }
}
