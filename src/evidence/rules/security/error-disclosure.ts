import type { Codebase } from '../../codebase.ts'
import { answersIn, type Answer } from '../../facts/answers.ts'
import { graphqlServers } from '../../facts/graphql.ts'
import { objectOf } from '../../facts/sessions.ts'
import {
  ancestor,
  contains,
  functionAround,
  literalText,
  pathOf,
  propertyOf,
  unwrap,
  type Node,
} from '../../parse/ast.ts'
import { habitsAsOne } from '../matches.ts'
import { purposeOf } from '../places.ts'
import type { Match, Rule, Words } from '../rule.ts'
import { handedToHelpers, shownByView, thrownOn } from './error-disclosure/handed-on.ts'
import { inFilters } from './error-disclosure/in-filters.ts'
import { leakIn, told } from './error-disclosure/leak.ts'
import { isOfToken, isOutcome, isOwnError, onlyInDevelopment, refuses } from './error-disclosure/meant-so.ts'

export const errorDisclosure: Rule = {
  id: 'error-disclosure',
  category: 'error-disclosure',
  severity: 'medium',
  confidence: 'high',
  title: 'Internal errors are sent to the caller',
  why: 'Messages of databases and libraries name fields, files, hosts and queries.',
  effects: { safety: 'Attackers learn how the inside looks.' },
  fix: {
    say: 'Log the error and send a sentence of your own.',
    code: {
      Express: "logger.error({ err: error }, 'query failed')\nres.status(500).json({ error: 'internal error' })",
    },
  },
  sources: ['https://cheatsheetseries.owasp.org/cheatsheets/Error_Handling_Cheat_Sheet.html'],
  *find(codebase) {
    yield* habitsAsOne(leaksIn(codebase))
    yield* inFilters(codebase)
    for (const { call, file } of codebase.index.named(graphqlServers)) {
      const options = call.arguments[0] ? objectOf(call.arguments[0], file, codebase.meanings)?.node : undefined
      const flag = propertyOf(options, 'includeStacktraceInErrorResponses') ?? propertyOf(options, 'debug')
      if (flag && literalText(flag) === 'true')
        yield { file, node: flag, words: inGraphql, message: 'GraphQL errors carry their stack traces.' }
    }
    for (const { call, file } of codebase.index.named(/^errorhandler$/)) {
      {
        const limited = onlyInDevelopment(call, file)
        if (limited && (setsProduction(codebase) || /NODE_ENV/.test(file.text))) continue
        yield {
          file,
          node: call,
          ...(limited ? { severity: 'low' as const, confidence: 'medium' as const } : {}),
          words: limited ? unlessProduction : withoutLimit,
          message: limited
            ? 'Stack traces are shown unless `NODE_ENV` is set, and nothing in the repository sets it to `production`.'
            : '`errorhandler` shows stack traces; it is not limited to development here.',
        }
      }
    }
  },
}

function* leaksIn(codebase: Codebase): Iterable<Match> {
  for (const file of codebase.production) {
    for (const answer of answersIn(file, codebase)) {
      const found = answer.helper ? undefined : leakIn(answer.value, file, 0)
      const leak = found === 'whole' && withoutStack(answer) ? keptMessage(answer) : found
      if (
        !leak ||
        /dev/i.test(purposeOf(codebase, answer.node).split(' ')[0] ?? '') ||
        onlyInDevelopment(answer.node, file) ||
        isOwnError(answer.node, file) ||
        isHiddenByBoom(answer.value)
      )
        continue
      if (leak === 'message' && (refuses(answer.node, file) || isOutcome(answer.value, file) || isOfToken(answer.node)))
        continue
      if (
        leak === 'message' &&
        (answer.status ?? 500) < 500 &&
        answer.how !== 'redirect' &&
        !isOfQuery(codebase, answer)
      )
        continue
      const words = answer.how === 'redirect' ? inAddress : answer.how === 'render' ? onPage : undefined
      yield { file, node: answer.node, ...told(leak), ...(words && { words }) }
    }
    yield* thrownOn(codebase, file)
    yield* shownByView(codebase, file)
  }
  yield* handedToHelpers(codebase)
}

/** Fastify makes of an error that is sent its message and its status, and nothing else. */
function withoutStack({ handler, value, how }: Answer): boolean {
  return handler.framework === 'fastify' && how === 'send' && unwrap(value).type === 'Identifier'
}

/** The message, unless it was written over before. */
function keptMessage({ node, value, file }: Answer): 'message' | undefined {
  const name = pathOf(unwrap(value))
  const around = functionAround(node)
  const isReplaced = file.assignments.some(
    ({ left, start }) => around && start > around.start && start < node.start && pathOf(left) === `${name}.message`,
  )
  return isReplaced ? undefined : 'message'
}

const withoutLimit: Words = {
  fix: {
    say: 'Use it in development only.',
    code: { Express: "if (process.env.NODE_ENV === 'development') app.use(errorHandler())" },
  },
}

const unlessProduction: Words = {
  fix: {
    say: 'Say where the service is started that it is production, or ask for development by name.',
    code: { Express: "if (process.env.NODE_ENV === 'development') app.use(errorHandler())" },
  },
}

const inAddress: Words = {
  fix: {
    say: 'Log the error, and send the browser on with a word of your own.',
    code: { Express: "logger.error({ err: error }, 'login failed')\nres.redirect('/login?error=failed')" },
  },
}

const onPage: Words = {
  fix: {
    say: 'Log the error, and show a sentence of your own.',
    code: {
      Express:
        "logger.error({ err: error }, 'order failed')\nres.status(500).render('order', { error: 'This did not work.' })",
    },
  },
}

/** hapi answers errors of status 500 in words of its own, and logs theirs (https://hapi.dev/module/boom/api/). */
function isHiddenByBoom(value: Node): boolean {
  const call = unwrap(value)
  return call.type === 'CallExpression' && /\bboom\.(badImplementation|internal|boomify)$/i.test(pathOf(call.callee))
}

/** The `catch` of a `try` that asks the database and throws nothing of its own. */
function isOfQuery(codebase: Codebase, { node, file }: Answer): boolean {
  const statement = ancestor(node, (at) => at.type === 'TryStatement', functionAround(node))
  if (statement?.type !== 'TryStatement' || contains(statement.block, node)) return false
  const { block } = statement
  if (/\bthrow\b|createError|\bassert/.test(file.text.slice(block.start, block.end))) return false
  return codebase.queries.some((query) => query.file === file && contains(block, query.call))
}

/** Whether an image, compose file, script or process manager sets `NODE_ENV=production`. */
function setsProduction(codebase: Codebase): boolean {
  return [...codebase.texts].some(
    ([path, text]) =>
      /Dockerfile|compose|package\.json|ecosystem|Procfile|\.ya?ml$/.test(path) &&
      /NODE_ENV\W{1,6}production/.test(text),
  )
}

const inGraphql: Words = {
  fix: {
    say: 'Leave it off; Apollo sends them by itself where `NODE_ENV` is neither `production` nor `test`.',
    code: { any: 'new ApolloServer({ typeDefs, resolvers, includeStacktraceInErrorResponses: false })' },
  },
}
