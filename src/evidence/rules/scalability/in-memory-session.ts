import { hasSpread, propertyOf } from '../../parse/ast.ts'
import type { Rule } from '../rule.ts'

export const inMemorySession: Rule = {
  id: 'in-memory-session',
  category: 'in-memory-session',
  severity: 'medium',
  confidence: 'high',
  title: 'Sessions live in the memory of one process',
  why: 'The default store never looks for expired sessions, loses all of them at a restart, and a second process does not know them.',
  effects: {
    memory: 'Grows with every visitor until the process restarts.',
    maintenance: 'Every deploy signs everyone out; a second instance needs sticky sessions.',
  },
  fix: {
    say: 'Give the session a shared store.',
    code: {
      Express:
        "import { RedisStore } from 'connect-redis'\napp.use(session({ store: new RedisStore({ client: redis }), secret, resave: false, saveUninitialized: false }))",
      Fastify: 'app.register(session, { secret, store: new RedisStore({ client: redis }) })',
    },
  },
  sources: ['https://github.com/expressjs/session#sessionoptions'],
  *find(codebase) {
    for (const { call, file, options, optionsFile, package: name } of codebase.sessions) {
      if (!/^(express-session|@fastify\/session|fastify-session|koa-generic-session)$/.test(name)) continue
      // What sets a service up runs once, for one person.
      if (/(^|\/)(install|setup)\//.test(file.path)) continue
      if (options && (propertyOf(options, 'store') || hasSpread(options) || /\.store\s*=/.test(optionsFile.text)))
        continue
      if (
        !options &&
        call.arguments.length > 0 &&
        call.arguments[call.arguments.length - 1]?.type !== 'ObjectExpression' &&
        name === 'express-session'
      )
        continue
      yield { file, node: call, message: `\`${name}\` has no \`store\`, so it keeps sessions in memory.` }
    }
  },
}
