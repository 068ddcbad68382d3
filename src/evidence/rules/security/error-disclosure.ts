import type { Codebase } from '../../codebase.ts'
import { answersIn, type Answer } from '../../facts/answers.ts'
import { graphqlServers } from '../../facts/graphql.ts'
import { objectOf } from '../../facts/sessions.ts'
import { boundBefore } from '../../facts/call-graph.ts'
import { errorNames } from '../../facts/promises.ts'
import {
  ancestor,
  contains,
  functionAround,
  isFunction,
  keyOf,
  literalText,
  parameterName,
  pathOf,
  propertyOf,
  unwrap,
  type FunctionNode,
  type Node,
  type Of,
} from '../../parse/ast.ts'
import { lookUp } from '../../parse/scopes.ts'
import type { SourceFile } from '../../parse/source-file.ts'
import { once } from '../../parse/once.ts'
import { purposeOf, requestOf } from '../places.ts'
import type { Match, Rule } from '../rule.ts'

export const errorDisclosure: Rule = {
  id: 'error-disclosure',
  category: 'error-disclosure',
  severity: 'medium',
  confidence: 'high',
  title: 'Internal errors are sent to the caller',
  why: 'Messages of databases and libraries name tables, files, hosts and queries.',
  effects: { safety: 'Attackers learn how the inside looks.' },
  fix: {
    say: 'Log the error and send a sentence of your own.',
    code: { Express: "logger.error({ error }, 'query failed')\nres.status(500).json({ error: 'internal error' })" },
  },
  sources: ['https://cheatsheetseries.owasp.org/cheatsheets/Error_Handling_Cheat_Sheet.html'],
  *find(codebase) {
    for (const file of codebase.production) {
      for (const answer of answersIn(file, codebase)) {
        const leak = leakIn(answer.value, file, 0)
        if (
          !leak ||
          /dev/i.test(purposeOf(codebase, answer.node).split(' ')[0] ?? '') ||
          onlyInDevelopment(answer.node, file) ||
          isOwnError(answer.node, file)
        )
          continue
        if (leak === 'message' && (refuses(answer.node, file) || isOutcome(answer.value, file))) continue
        if (
          leak === 'message' &&
          (answer.status ?? 500) < 500 &&
          answer.how !== 'redirect' &&
          !isOfQuery(codebase, answer)
        )
          continue
        yield { file, node: answer.node, ...told(leak) }
      }
      yield* thrownOn(codebase, file)
      yield* shownByView(codebase, file)
    }
    yield* handedToHelpers(codebase)
    for (const { call, file } of codebase.index.named(graphqlServers)) {
      const options = call.arguments[0] ? objectOf(call.arguments[0], file, codebase.meanings)?.node : undefined
      const flag = propertyOf(options, 'includeStacktraceInErrorResponses') ?? propertyOf(options, 'debug')
      if (flag && literalText(flag) === 'true')
        yield { file, node: flag, message: 'GraphQL errors carry their stack traces.' }
    }
    for (const { call, file } of codebase.index.named(/^errorhandler$/)) {
      {
        const limited = onlyInDevelopment(call, file)
        if (limited && (setsProduction(codebase) || /NODE_ENV/.test(file.text))) continue
        yield {
          file,
          node: call,
          ...(limited ? { severity: 'low' as const, confidence: 'medium' as const } : {}),
          message: limited
            ? 'Stack traces are shown unless `NODE_ENV` is set, and nothing in the repository sets it to `production`.'
            : '`errorhandler` shows stack traces; it is not limited to development here.',
        }
      }
    }
  },
}

/** `{ result: Outcome.NOT_DELETED, message }`: one of the outcomes that the interface describes. */
function isOutcome(value: Node, file: SourceFile): boolean {
  const inner = unwrap(value)
  return (
    inner.type === 'ObjectExpression' &&
    inner.properties.some(
      (item) =>
        item.type === 'Property' && /^[A-Z]\w*\.[A-Z][A-Z_]+$/.test(file.text.slice(item.value.start, item.value.end)),
    )
  )
}

type Leak = 'whole' | 'stack' | 'message'

function told(leak: Leak): Pick<Match, 'message' | 'severity' | 'confidence'> {
  const what = { stack: 'stack trace', message: 'message of an internal error', whole: 'whole error' }[leak]
  return {
    ...(leak === 'message' ? { severity: 'low', confidence: 'medium' } : {}),
    message: `The answer holds the ${what}.`,
  }
}

const serverErrors = /^(HttpException|InternalServerErrorException|ServiceUnavailableException|BadGatewayException)$/

const exceptionsIn = once((file: SourceFile) =>
  file.calls.flatMap((call) => {
    if (call.type !== 'NewExpression' || call.callee.type !== 'Identifier' || !serverErrors.test(call.callee.name))
      return []
    const [given, status] = call.arguments
    const written = status ? file.text.slice(status.start, status.end) : ''
    if (!given || (call.callee.name === 'HttpException' && !/\b50\d\b|INTERNAL_SERVER|BAD_GATEWAY/.test(written)))
      return []
    const leak = leakIn(given, file, 0)
    return leak ? [{ call, leak }] : []
  }),
)

/** `throw new InternalServerErrorException(error.message)`: NestJS sends what the exception is given. */
function* thrownOn(codebase: Codebase, file: SourceFile): Iterable<Match> {
  for (const { call, leak } of exceptionsIn(file)) {
    if (!onlyInDevelopment(call, file) && !isOwnError(call, file) && requestOf(codebase, call))
      yield { file, node: call, ...told(leak) }
  }
}

const localsIn = once((file: SourceFile) =>
  file.assignments.flatMap(({ left, right }) => {
    const around = functionAround(left)
    const isLocal = left.type === 'MemberExpression' && /\blocals$/.test(pathOf(left.object))
    return isLocal && around ? [{ left, right, around }] : []
  }),
)

/** `res.locals.message = error.message` in the middleware that renders the error page. */
function* shownByView(codebase: Codebase, file: SourceFile): Iterable<Match> {
  for (const { left, right, around } of localsIn(file)) {
    if (codebase.web.handlers.get(around)?.error === undefined) continue
    const leak = leakIn(right, file, 0)
    if (leak && /\.render\(/.test(file.text.slice(left.end, around.end)) && !onlyInDevelopment(left, file))
      yield { file, node: left, ...told(leak) }
  }
}

/** `sendError(res, error.message)`: a function of the project that answers with what it is given. */
function* handedToHelpers(codebase: Codebase): Iterable<Match> {
  const reported = new Set<Node>()
  for (const file of codebase.production) {
    for (const answer of answersIn(file, codebase)) {
      if (answer.how === 'return' || onlyInDevelopment(answer.node, file)) continue
      for (const { of, index, key } of parametersIn(answer.value, file)) {
        if (codebase.web.handlers.has(of)) continue
        for (const site of codebase.calls.sitesOf(of)) {
          const argument = site.call.arguments[index - boundBefore(of, site.call)]
          const given = key === undefined ? argument : propertyOf(argument, key)
          const leak = given && !reported.has(site.call) ? leakIn(given, site.file, 0) : undefined
          // A helper that is handed the error itself may take from it what it likes.
          if (!leak || (leak === 'whole' && given?.type === 'Identifier' && key === undefined)) continue
          if (onlyInDevelopment(site.call, site.file) || isOwnError(site.call, site.file)) continue
          const status = site.call.arguments
            .map((item) => literalText(item))
            .find((text) => /^[1-5]\d\d$/.test(text ?? ''))
          if (leak === 'message' && Number(status ?? answer.status ?? 500) < 500) continue
          reported.add(site.call)
          yield { file: site.file, node: site.call, ...told(leak) }
        }
      }
    }
  }
}

type Handed = { of: FunctionNode; index: number; key?: string }

/** The parameters of the function around whose values an answer holds. */
function parametersIn(node: Node, file: SourceFile): Handed[] {
  const inner = unwrap(node)
  if (inner.type === 'ObjectExpression')
    return inner.properties.flatMap((property) =>
      property.type === 'Property' ? parametersIn(property.value, file) : [],
    )
  if (inner.type !== 'Identifier') return []
  const binding = lookUp(file.scopes, inner, inner.name)
  if (binding?.kind !== 'parameter' || !binding.parameter || binding.path.length > 1) return []
  const [key] = binding.path
  return [{ ...binding.parameter, ...(key === undefined ? {} : { key }) }]
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

/** What of an error goes into an expression. */
function leakIn(node: Node, file: SourceFile, depth: number): Leak | undefined {
  const inner = unwrap(node)
  if (depth > 5) return undefined
  if (inner.type === 'Identifier') return isCaught(inner, file) ? 'whole' : filledWith(inner, file, depth)
  if (inner.type === 'MemberExpression') {
    if (inner.object.type !== 'Identifier' || !isCaught(inner.object, file)) return undefined
    if (keyOf(inner) === 'stack') return 'stack'
    return /^(message|sqlMessage|original|parent|errmsg)$/.test(keyOf(inner) ?? '') ? 'message' : undefined
  }
  if (inner.type === 'ObjectExpression')
    return firstOf(
      inner.properties.map((property) => (property.type === 'Property' ? property.value : property.argument)),
      file,
      depth,
    )
  if (inner.type === 'TemplateLiteral') return firstOf(inner.expressions, file, depth)
  if (inner.type === 'BinaryExpression')
    return inner.operator === '+' ? firstOf([inner.left, inner.right], file, depth) : undefined
  if (inner.type === 'ConditionalExpression')
    return /debug|dev|prod|env/i.test(file.text.slice(inner.test.start, inner.test.end))
      ? undefined
      : firstOf([inner.consequent, inner.alternate], file, depth)
  if (inner.type === 'LogicalExpression' && inner.operator === '&&')
    return /debug|dev|prod|env/i.test(file.text.slice(inner.left.start, inner.left.end))
      ? undefined
      : leakIn(inner.right, file, depth + 1)
  if (inner.type === 'LogicalExpression')
    return leakIn(inner.right, file, depth + 1) ?? leakIn(inner.left, file, depth + 1)
  if (inner.type === 'CallExpression') {
    const name = inner.callee.type === 'MemberExpression' ? (keyOf(inner.callee) ?? '') : ''
    if (name === 'toString' && inner.callee.type === 'MemberExpression' && leakIn(inner.callee.object, file, depth + 1))
      return 'message'
    if (/^(toString|stringify|inspect)$/.test(name))
      return firstOf(
        [...inner.arguments, ...(inner.callee.type === 'MemberExpression' ? [inner.callee.object] : [])],
        file,
        depth,
      )
    return carriedBy(inner.arguments, name || pathOf(inner.callee), file, depth)
  }
  if (inner.type === 'NewExpression') return carriedBy(inner.arguments, pathOf(inner.callee), file, depth)
  return undefined
}

/** A call passes a built answer on; from the error itself it may take what it likes. */
function carriedBy(given: readonly Node[], name: string, file: SourceFile, depth: number): Leak | undefined {
  if (/sanit|safe|mask|hide|redact|log|report|capture|status|code/i.test(name)) return undefined
  return firstOf(
    given.filter((item) => !(item.type === 'Identifier' && isCaught(item, file))),
    file,
    depth,
  )
}

/** `result.message = error.message` before `res.json(result)`, in the same function. */
function filledWith(node: Of<'Identifier'>, file: SourceFile, depth: number): Leak | undefined {
  const binding = lookUp(file.scopes, node, node.name)
  if (!binding || binding.kind === 'parameter' || binding.path.length > 0) return undefined
  const around = functionAround(node)
  const before = file.assignments.filter(({ left, start, right }) => {
    const holder = left.type === 'MemberExpression' ? left.object : left
    return (
      holder.type === 'Identifier' &&
      holder.name === node.name &&
      start < node.start &&
      functionAround(right) === around &&
      lookUp(file.scopes, left, node.name) === binding
    )
  })
  // What another branch wrote, or what is written anew later, is not what is sent here.
  const writes = before.filter(
    (write, index) =>
      contains(ancestor(write, (at) => at.type === 'BlockStatement' || isFunction(at)) ?? write, node) &&
      !before.slice(index + 1).some((later) => keyOf(later.left) === keyOf(write.left)),
  )
  const init = binding.init && functionAround(binding.init) === around && before.length === 0 ? [binding.init] : []
  return firstOf([...writes.map(({ right }) => right), ...init], file, depth)
}

function firstOf(nodes: readonly Node[], file: SourceFile, depth: number): ReturnType<typeof leakIn> {
  const found = nodes.flatMap((node) => leakIn(node, file, depth + 1) ?? [])
  return (['stack', 'whole', 'message'] as const).find((leak) => found.includes(leak))
}

/** A name bound by `catch`, by a `.catch` callback, or as the first parameter of a Node-style callback or error middleware. */
function isCaught(node: Node & { type: 'Identifier' }, file: SourceFile): boolean {
  const binding = lookUp(file.scopes, node, node.name)
  if (!binding || binding.path.length > 0) return false
  if (binding.kind === 'catch') return true
  if (binding.kind !== 'parameter' || !binding.parameter) return false
  const { of, index } = binding.parameter
  const call = of.parent
  const after =
    call?.type === 'CallExpression' && call.callee.type === 'MemberExpression' ? keyOf(call.callee) : undefined
  if (after === 'catch' && index === 0) return true
  if (after === 'then' && call?.type === 'CallExpression' && call.arguments[1] === of) return true
  return (
    index === 0 &&
    errorNames.test(node.name) &&
    isFunction(of) &&
    (of.params.length > 2 ||
      (of.params.length === 2 && of.type !== 'FunctionDeclaration') ||
      isLastArgument(of, after)) &&
    parameterName(of.params[0])?.name === node.name
  )
}

/** `db.query(text, (error) => …)`: a callback that is told nothing else. */
function isLastArgument(of: Node, method: string | undefined): boolean {
  const call = of.parent
  if (call?.type !== 'CallExpression' || call.arguments.length < 2 || call.arguments.at(-1) !== of) return false
  return !/^(then|map|forEach|filter|find|some|every|reduce|flatMap)$/.test(method ?? '')
}

/** `res.status(429)` on the line before: what is told is meant for the caller. */
function refuses(answer: Node, file: SourceFile): boolean {
  const told = file.text.slice(answer.start, answer.end)
  if (/\.(code|status)\(\s*\w+\.(status|statusCode)\s*(\|\||\?\?)\s*4\d\d/.test(told)) return true
  const before = file.text.slice(Math.max(0, answer.start - 90), answer.start)
  if (
    /\.(status|code)\(\s*[\w.]*(BAD_REQUEST|UNAUTHORIZED|FORBIDDEN|NOT_FOUND|CONFLICT|UNPROCESSABLE\w*|TOO_MANY_REQUESTS)\s*\);?\s*(return\s*)?$/.test(
      before,
    )
  )
    return true
  return /\.(status|code)\(\s*4\d\d\s*\);?\s*(return\s*)?$|\bif\s*\([^)]*<\s*500\s*\)\s*\{?\s*(return\s*)?$/.test(
    before,
  )
}

function onlyInDevelopment(node: Node, file: SourceFile): boolean {
  const around = functionAround(node)
  const text = file.text.slice(Math.max(around?.start ?? 0, node.start - 500), node.start)
  return /NODE_ENV|isDev|development|isProd|env\s*[!=]==?\s*['"](dev|prod)|get\(['"]env['"]\)|config\.env|process\.env\.DEBUG/i.test(
    text,
  )
}

/** Errors of the application's own kind, or of validation, are meant to be seen. */
function isOwnError(answer: Node, file: SourceFile): boolean {
  const around = functionAround(answer)
  const text = around ? file.text.slice(Math.max(around.start, answer.start - 500), answer.start) : ''
  return /instanceof\s+\w*(Validation|Http|Api|App|Zod|Joi|Custom|Client|BadRequest|NotFound)\w*|isJoi|isOperational|isBoom|\.name\s*===?\s*['"]\w*Validation|isHttpError|err(or)?\.expose|if\s*\([^)]*err(or)?\.(status|statusCode)\b|err(or)?\.(status|statusCode)\s*(\|\||\?\?)\s*4\d\d/i.test(
    text,
  )
}
