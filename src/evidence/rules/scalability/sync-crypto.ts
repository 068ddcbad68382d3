import type { Codebase } from '../../codebase.ts'
import type { FoundCall } from '../../facts/call-index.ts'
import { functionAround, isFunction, keyOf, type FunctionNode, type Node } from '../../parse/ast.ts'
import { inOne } from '../matches.ts'
import { purposeOf, requestOf } from '../places.ts'
import type { Match, Rule, Words } from '../rule.ts'

export const syncCrypto: Rule = {
  id: 'sync-crypto',
  category: 'sync-crypto',
  severity: 'medium',
  confidence: 'high',
  title: 'Passwords are hashed on the thread that serves everyone',
  why: 'A password hash is made to be slow: 50 to 300 ms in which nobody else is served.',
  effects: { 'event loop': 'Stopped for the whole hash.', latency: 'Ten logins at once are seconds for all.' },
  fix: {
    say: 'Use the asynchronous form; it runs in the thread pool.',
    code: {
      any: 'const hash = await bcrypt.hash(password, 12)\nconst matches = await bcrypt.compare(password, user.passwordHash)',
    },
  },
  sources: [
    'https://github.com/kelektiv/node.bcrypt.js#why-is-async-mode-recommended-over-sync-mode',
    'https://github.com/dcodeIO/bcrypt.js#usage---async',
  ],
  *find(codebase) {
    const stopping = [...findSync(codebase)]
    yield* stopping
    if (!stopping.some(({ words }) => words)) yield* inOne([...findInJavaScript(codebase)])
  },
}

/** What both forms of a package without native code need. */
const native: Words = {
  fix: {
    say: 'Hash with `bcrypt`, which computes in the thread pool, and await it. Hashes made by `bcryptjs` stay valid.',
    code: {
      any: "import bcrypt from 'bcrypt'\n\nconst hash = await bcrypt.hash(password, 12)\nconst matches = await bcrypt.compare(password, user.passwordHash)",
    },
  },
}

/** Keys and hashes that Node.js itself derives. */
const ofKeys: Words = {
  fix: {
    say: 'Use the asynchronous form, which runs in the thread pool; a key that is the same for all is derived once, at the start.',
    code: {
      any: "import { scrypt } from 'node:crypto'\nimport { promisify } from 'node:util'\nconst key = await promisify(scrypt)(password, salt, 32)",
    },
  },
}

/** A setter cannot wait for the hash. */
const inSetter: Words = {
  fix: {
    say: 'A setter cannot await: keep the value as it comes, and hash it in a hook before the row is stored.',
    code: {
      Mongoose:
        "userSchema.pre('save', async function () {\n  if (this.isModified('password')) this.password = await bcrypt.hash(this.password, 12)\n})",
      Sequelize:
        "User.beforeSave(async (user) => {\n  if (user.changed('password')) user.password = await bcrypt.hash(user.password, 12)\n})",
      TypeORM: '@BeforeInsert()\nasync hashPassword() {\n  this.password = await bcrypt.hash(this.password, 12)\n}',
      any: 'user.password = await bcrypt.hash(password, 12) // before the row is stored',
    },
  },
}

function wordsFor({ name }: FoundCall, { parent }: FunctionNode): Pick<Match, 'words'> {
  const isSetter =
    (parent?.type === 'MethodDefinition' && parent.kind === 'set') ||
    (parent?.type === 'Property' && (parent.kind === 'set' || keyOf(parent) === 'set'))
  if (isSetter) return { words: inSetter }
  if (/^crypto\.(scrypt|pbkdf2)Sync$/.test(name)) return { words: ofKeys }
  return /^(bcryptjs|bcrypt-nodejs)\./.test(name) ? { words: native } : {}
}

function* findSync(codebase: Codebase): Iterable<Match> {
  const calls = codebase.index.named(
    /^(bcrypt(js)?|bcrypt-nodejs|argon2|crypto|scryptsy)\.(hashSync|compareSync|pbkdf2Sync|scryptSync|generateKeyPairSync)$/,
  )
  const seen = new Set<FunctionNode>()
  for (const found of calls) {
    const around = servesRequests(found, codebase)
    if (!around) continue
    // A salt and the hash made with it are one change.
    const isAgain = seen.has(around)
    seen.add(around)
    yield {
      file: found.file,
      node: found.call,
      ...(isAgain ? { severity: 'info' as const } : {}),
      ...wordsFor(found, around),
      message: `\`${found.name}\` stops the event loop while it computes.`,
    }
  }
}

/** `bcryptjs` awaited: four hashes at once still stop the event loop for 0.4 s, a tenth of a second each. */
function* findInJavaScript(codebase: Codebase): Iterable<Match> {
  for (const found of codebase.index.named(/^bcryptjs\.(hash|compare)$/)) {
    if (!servesRequests(found, codebase)) continue
    yield {
      file: found.file,
      node: found.call,
      severity: 'low',
      message: `\`${found.name}\` computes in JavaScript, on the event loop, up to 100 ms at a time.`,
      words: {
        ...native,
        effects: { 'event loop': 'Stopped for up to 100 ms at a time, by each hash that is being made.' },
      },
    }
  }
}

/** The function a call is in, if requests wait for it. */
function servesRequests({ call }: FoundCall, codebase: Codebase): FunctionNode | undefined {
  const around = functionAround(call)
  if (!around || (!requestOf(codebase, call) && !isCallback(codebase, around))) return undefined
  return isAtStart(codebase, call) ? undefined : around
}

function isAtStart(codebase: Codebase, call: Node): boolean {
  return /seed|initiali[sz]e|bootstrap|onModuleInit|onApplicationBootstrap/i.test(purposeOf(codebase, call))
}

/** Strategies, model methods and hooks run while requests are served even if no route shows it. */
function isCallback(codebase: Codebase, around: FunctionNode): boolean {
  const parent = around.parent
  if (parent?.type === 'CallExpression' || parent?.type === 'NewExpression') return true
  if (parent?.type === 'VariableDeclarator' || parent?.type === 'AssignmentExpression')
    return codebase.calls.sitesOf(around).some((site) => functionAround(site.call) !== undefined)
  return (
    isFunction(around) && (parent?.type === 'MethodDefinition' || parent?.type === 'Property') && keyOf(parent) !== 'up'
  )
}
