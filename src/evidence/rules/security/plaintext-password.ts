import type { Codebase } from '../../codebase.ts'
import { passwordField } from '../../facts/entities.ts'
import { functionAround, keyOf, literalText, pathOf, propertyOf, unwrap, type Node } from '../../parse/ast.ts'
import { once } from '../../parse/once.ts'
import type { SourceFile } from '../../parse/source-file.ts'
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
    const hashes = codebase.index.named(hashing).length > 0 || codebase.production.some(derivesKeys)
    yield* comparisons(codebase)
    yield* inFilters(codebase)
    yield* inSql(codebase, hashes)
    if (!hashes) yield* stored(codebase)
    yield* personalNumbers(codebase)
    yield* resetTokens(codebase)
  },
}

const derivesKeys = once((file: SourceFile) => /\b(scrypt|pbkdf2)(Sync)?\(/.test(file.text))

/** Comparisons of two passwords, or in a function that is named for comparing them. */
const comparisonsIn = once((file: SourceFile) =>
  file.binaries.flatMap((node) => {
    if (!/^[!=]==?$/.test(node.operator)) return []
    const [left, right] = [nameOf(node.left), nameOf(node.right)]
    const pair = isPassword(left) && isPassword(right)
    const returned = left !== '' && right !== '' && node.parent?.type === 'ReturnStatement'
    if ((!pair && !returned) || /\.(hash|search|protocol) [!=]==/.test(textOf(node.parent ?? node, file, 200)))
      return []
    const around = functionAround(node)
    const purpose = around ? (around.id?.name ?? textOf(around.parent ?? around, file, 60)) : ''
    const compares = returned && /compare.?passw|check.?passw|valid.?passw|verify.?passw/i.test(purpose)
    return pair || compares ? [{ node, left, right, pair }] : []
  }),
)

/** A password itself, not what is kept about it: `passwordID`, `passwordUpdatedAt`. */
function isPassword(name: string): boolean {
  return (
    /passw|pwd/i.test(name) &&
    !/(id|ids|at|salt|length|size|min|max|policy|strength|fields?|types?|keys?|token|version|count|errors?|regex)$/i.test(
      name,
    )
  )
}

/** `user.password === password`: equal texts mean that the stored one is the password itself. */
function* comparisons(codebase: Codebase): Iterable<Match> {
  for (const file of codebase.production) {
    for (const { node, left, right, pair } of comparisonsIn(file)) {
      if (!requestOf(codebase, node) && !/auth|user|login|account|session|dao|model|passport|service/i.test(file.path))
        continue
      if (
        /confirm|repeat|again|retype|verify(?!.?passw)|2$|old|new|current|match/i.test(`${left} ${right}`) ||
        /typeof|null|undefined|hash|crypt|digest|process\.env/i.test(`${left}${right}`)
      )
        continue
      if (pair && sameObject(node.left, node.right)) continue
      // Unchanged or to be hashed anew: what is stored is a hash.
      if (/^.{0,240}\bhash\w*\(/s.test(file.text.slice(node.end, node.end + 260))) continue
      yield {
        file,
        node,
        message: 'A password is compared as plain text, and in a time that depends on how much of it fits.',
        confidence: requestOf(codebase, node) ? 'high' : 'medium',
      }
    }
  }
}

/** `users.findOne({ username, password })`: the database compares, so it holds what was typed. */
function* inFilters(codebase: Codebase): Iterable<Match> {
  for (const query of codebase.queries) {
    if (query.file.kind !== 'production' || !query.kind.startsWith('find')) continue
    const first = query.call.arguments[0]
    const filter = propertyOf(first, 'where') ?? first
    const value = filter?.type === 'ObjectExpression' ? fieldIn(filter, query.file) : undefined
    if (!value || value.type !== 'Property' || !/^(Identifier|MemberExpression)$/.test(unwrap(value.value).type))
      continue
    // A name for what was hashed before says so, here or where it was given its value.
    if (unwrap(value.value).type === 'Identifier' && isHashedBefore(value.value, query.file)) continue
    yield {
      file: query.file,
      node: query.call,
      message: 'The password is part of the filter, so it is stored as plain text (or as a hash without salt).',
    }
  }
}

function isHashedBefore(node: Node, file: SourceFile): boolean {
  const around = functionAround(node)
  const text = file.text.slice(around?.start ?? node.start, node.end)
  return /hash|crypt|md5|sha\d|digest/i.test(text)
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

const sqlTexts = once((file: SourceFile) => {
  if (!/\bpassword\b/i.test(file.text)) return []
  const texts = [...file.literals.filter((literal) => typeof literal.value === 'string'), ...file.templates]
  return texts.filter((literal) => {
    const text = file.text.slice(literal.start, literal.end)
    return /^['"`]/.test(text) && /\b(select|create\s+table|where|and|insert\s+into|update)\b/i.test(text)
  })
})

function* inSql(codebase: Codebase, hashes: boolean): Iterable<Match> {
  for (const file of codebase.production) {
    for (const literal of sqlTexts(file)) {
      const text = file.text.slice(literal.start, literal.end)
      if (/\b(where|and)\b[\s\S]*\bpassword\s*=\s*('|"|\?|\$|$)/i.test(text)) {
        yield {
          file,
          node: literal,
          message: 'The password is compared inside SQL, so it is stored as plain text (or as a hash without salt).',
        }
      } else if (
        !hashes &&
        /^.\s*(insert\s+into\s+\S+\s*\([^)]*\bpassword\b|update\s+\S+\s+set\b[^;]*\bpassword\s*=)/i.test(text)
      ) {
        if (!isHashedBefore(literal, file))
          yield {
            file,
            node: literal,
            confidence: 'medium',
            message: 'The password is stored as it was received: nothing in the project hashes it.',
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

const plainPasswords = once((file: SourceFile) =>
  file.properties.filter((property) => {
    if (keyOf(property) !== 'password' || property.parent?.type !== 'ObjectExpression') return false
    const value = unwrap(property.value)
    return value.type === 'Identifier' && value.name === 'password'
  }),
)

function* stored(codebase: Codebase): Iterable<Match> {
  for (const entity of codebase.entities) {
    // What the service signs in with itself, it has to read.
    if (
      /proxy|smtp|mail|server|connection|integration|instance|credential|config|setting|webhook|database|source|broker|device/i.test(
        entity.name,
      )
    )
      continue
    const field = entity.fields.find((item) => passwordField.test(item.name) && !/hash/i.test(item.name))
    if (field) {
      yield {
        file: entity.file,
        ...(field.node ? { node: field.node } : { line: field.line ?? 1, subject: field.name }),
        confidence: 'medium',
        message: `\`${field.name}\` is stored and nothing in the project hashes it.`,
      }
    }
  }
  for (const query of codebase.queries) {
    if (query.kind !== 'insert' || query.file.kind !== 'production') continue
    const password = fieldIn(query.call.arguments[0], query.file)
    if (password?.type === 'Property' && literalText(password.value) === undefined)
      yield {
        file: query.file,
        node: password,
        confidence: 'medium',
        message: 'The password is stored as it was received.',
      }
  }
  for (const file of codebase.production) {
    for (const property of plainPasswords(file)) {
      const holder = property.parent?.parent
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

const encrypts = once((file: SourceFile) =>
  /createCipher|encrypt\(/.test(file.text.replace(/\/\/.*|\/\*[\s\S]*?\*\//g, '')),
)

function* personalNumbers(codebase: Codebase): Iterable<Match> {
  const changed = new Set(
    codebase.queries.filter((query) => /insert|update/.test(query.kind)).map((query) => query.file),
  )
  for (const file of codebase.production) {
    if (!changed.has(file) || encrypts(file)) continue
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

const resetToken =
  /^(reset_?(password_?)?(token|code)|password_?reset_?(token|code)|forgot_?(password_?)?(token|code))$/i

/** A token that resets a password is a password while it lasts. */
function* resetTokens(codebase: Codebase): Iterable<Match> {
  if (codebase.production.some(hashesTokens)) return
  for (const entity of codebase.entities) {
    const isReset = /(reset|forgot)_?-?pass|pass(word)?_?-?reset/i.test(
      `${entity.name} ${entity.file.path.split('/').at(-1)}`,
    )
    const field = entity.fields.find(
      (item) => resetToken.test(item.name) || (isReset && /^(token|code)$/i.test(item.name)),
    )
    if (field && !/hash/i.test(field.name))
      yield {
        file: entity.file,
        ...(field.node ? { node: field.node } : { line: field.line ?? 1, subject: field.name }),
        severity: 'medium',
        confidence: 'medium',
        message: `\`${field.name}\` is kept as it is sent: who reads the table can set any password.`,
      }
  }
}

/** Somewhere a token is hashed before it is kept or looked up. */
const hashesTokens = once((file: SourceFile) =>
  /token\w*[\s\S]{0,200}(createHash|sha256|\bhash\w*\(\s*\w*token)|(createHash|sha256)[\s\S]{0,120}token/i.test(
    file.text,
  ),
)
