import type { Codebase } from '../../codebase.ts'
import { answersIn } from '../../facts/answers.ts'
import { graphqlServers } from '../../facts/graphql.ts'
import { objectOf } from '../../facts/sessions.ts'
import { errorNames } from '../../facts/promises.ts'
import {
  functionAround,
  isFunction,
  keyOf,
  literalText,
  parameterName,
  propertyOf,
  unwrap,
  type Node,
} from '../../parse/ast.ts'
import { lookUp } from '../../parse/scopes.ts'
import type { SourceFile } from '../../parse/source-file.ts'
import type { Rule } from '../rule.ts'

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
        if (!leak || onlyInDevelopment(answer.node, file) || isOwnError(answer.node, file)) continue
        if (leak === 'message' && refuses(answer.node, file)) continue
        if (leak === 'message' && (answer.status ?? 500) < 500 && answer.how !== 'redirect') continue
        const weak = leak === 'message'
        yield {
          file,
          node: answer.node,
          ...(weak ? { severity: 'low' as const, confidence: 'medium' as const } : {}),
          message: `The answer holds the ${leak === 'stack' ? 'stack trace' : leak === 'message' ? 'message of an internal error' : 'whole error'}.`,
        }
      }
    }
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

/** Whether an image, compose file, script or process manager sets `NODE_ENV=production`. */
function setsProduction(codebase: Codebase): boolean {
  return [...codebase.texts].some(
    ([path, text]) =>
      /Dockerfile|compose|package\.json|ecosystem|Procfile|\.ya?ml$/.test(path) &&
      /NODE_ENV\W{1,6}production/.test(text),
  )
}

/** What of an error goes into an expression. */
function leakIn(node: Node, file: SourceFile, depth: number): 'whole' | 'stack' | 'message' | undefined {
  const inner = unwrap(node)
  if (depth > 4) return undefined
  if (inner.type === 'Identifier') return isCaught(inner, file) ? 'whole' : undefined
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
  if (inner.type === 'LogicalExpression')
    return leakIn(inner.right, file, depth + 1) ?? leakIn(inner.left, file, depth + 1)
  if (inner.type === 'CallExpression') {
    const name = inner.callee.type === 'MemberExpression' ? (keyOf(inner.callee) ?? '') : ''
    if (/^(toString|stringify|inspect)$/.test(name))
      return firstOf(
        [...inner.arguments, ...(inner.callee.type === 'MemberExpression' ? [inner.callee.object] : [])],
        file,
        depth,
      )
  }
  return undefined
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
    (of.params.length >= 2 || isLastArgument(of, after)) &&
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
  return /\.(status|code)\(4\d\d\);?\s*$/.test(file.text.slice(Math.max(0, answer.start - 60), answer.start))
}

function onlyInDevelopment(node: Node, file: SourceFile): boolean {
  const around = functionAround(node)
  const text = file.text.slice(Math.max(around?.start ?? 0, node.start - 500), node.end)
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
