import { functionAround, isFunction, keyOf, type FunctionNode } from '../../parse/ast.ts'
import { purposeOf, requestOf } from '../places.ts'
import type { Rule } from '../rule.ts'

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
  sources: ['https://github.com/kelektiv/node.bcrypt.js#why-is-async-mode-recommended-over-sync-mode'],
  *find(codebase) {
    const calls = codebase.index.named(
      /^(bcrypt(js)?|bcrypt-nodejs|argon2|crypto|scryptsy)\.(hashSync|compareSync|genSaltSync|pbkdf2Sync|scryptSync|generateKeyPairSync)$/,
    )
    const seen = new Set<FunctionNode>()
    for (const { call, file, name } of calls) {
      const around = functionAround(call)
      if (!around || (!requestOf(codebase, call) && !isCallback(codebase, around))) continue
      if (/seed|initiali[sz]e|bootstrap|onModuleInit|onApplicationBootstrap/i.test(purposeOf(codebase, call))) continue
      // A salt and the hash made with it are one change.
      const isAgain = seen.has(around)
      seen.add(around)
      yield {
        file,
        node: call,
        ...(isAgain ? { severity: 'info' as const } : {}),
        message: `\`${name}\` stops the event loop while it computes.`,
      }
    }
  },
}

/** Strategies, model methods and hooks run while requests are served even if no route shows it. */
function isCallback(
  codebase: Parameters<Rule['find']>[0],
  around: NonNullable<ReturnType<typeof functionAround>>,
): boolean {
  const parent = around.parent
  if (parent?.type === 'CallExpression' || parent?.type === 'NewExpression') return true
  if (parent?.type === 'VariableDeclarator' || parent?.type === 'AssignmentExpression')
    return codebase.calls.sitesOf(around).some((site) => functionAround(site.call) !== undefined)
  return (
    isFunction(around) && (parent?.type === 'MethodDefinition' || parent?.type === 'Property') && keyOf(parent) !== 'up'
  )
}
