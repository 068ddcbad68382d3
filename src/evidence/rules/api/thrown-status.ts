import type { Codebase } from '../../codebase.ts'
import { answersByTypes } from '../../facts/handlers.ts'
import { hasAuth } from '../../facts/access-control.ts'
import { errorNames } from '../../facts/promises.ts'
import { bodyText, isFinal, responsesIn } from '../../facts/responses.ts'
import {
  ancestor,
  contains,
  functionAround,
  isFunction,
  isString,
  keyOf,
  literalText,
  pathOf,
  propertyOf,
  unwrap,
  type FunctionNode,
  type Node,
} from '../../parse/ast.ts'
import { goingBy, plainCallsOf } from '../../parse/by-name.ts'
import { lookUp } from '../../parse/scopes.ts'
import type { SourceFile } from '../../parse/source-file.ts'
import { atOnce } from '../../parse/once.ts'
import { lineOf, purposeOf, requestOf, routesOf } from '../places.ts'
import type { Match, Rule } from '../rule.ts'
import { blamesCaller, contradiction, signsIn } from './status-and-text.ts'
import { errorsWithStatus, textIn } from './thrown-status/errors-with-status.ts'

export const thrownStatus: Rule = {
  id: 'thrown-status',
  category: 'wrong-status',
  severity: 'low',
  confidence: 'medium',
  title: 'An error carries the wrong status',
  why: 'Clients, caches, balancers and alarms look at the status, not at the text.',
  effects: { maintenance: 'Mistakes of callers ring the alarm, or failures of the server do not.' },
  fix: {
    say: 'Throw an error with the status that says what happened, and answer with it in one place.',
    code: {
      Express: "if (!user) throw new ApiError(401, 'Wrong e-mail or password')",
      NestJS: "if (!user) throw new UnauthorizedException('Wrong e-mail or password')",
    },
  },
  sources: ['https://www.rfc-editor.org/rfc/rfc9110#name-status-codes'],
  limits:
    'Errors whose status and text are written where they are made; what the error handler makes of others is not followed.',
  *find(codebase) {
    yield* contradicting(codebase)
    yield* answeredAsFailure(codebase)
  },
}

/** `new ApiError(404, 'Wrong password')`, `res.status(401)` and then `throw new Error('Not an admin')`. */
function* contradicting(codebase: Codebase): Iterable<Match> {
  for (const { node, file, status, text } of errorsWithStatus(codebase)) {
    // “Could not find or create” is told of what failed here.
    if (isAboutInput(status, text) || /\bor create\b/i.test(text)) continue
    const purpose = purposeOf(codebase, node)
    const meaning = contradiction(status, text, purpose)
    if (!meaning || (status === 400 && refuses.test(meaning) && isForSignedIn(node, codebase))) continue
    if (status === 403 && ofCaller.test(text)) continue
    if (
      status === 400 &&
      meaning.includes('404') &&
      (isDocumented(node, codebase) || isNamedByBody(node, file, codebase))
    )
      continue
    // Many answer 400 to whoever cannot sign in, and mean it.
    const isMeant = status === 400 && signsIn(purpose)
    yield {
      file,
      node,
      ...(isMeant ? { severity: 'info' as const } : {}),
      ...inWordsOf(meaning),
      message: `${status} is not what the text says: ${meaning}.`,
    }
  }
}

const examples: readonly (readonly [status: string, name: string, text: string])[] = [
  ['400', 'BadRequestException', 'The date is not valid'],
  ['403', 'ForbiddenException', 'Only administrators may do this'],
  ['404', 'NotFoundException', 'No such order'],
  ['409', 'ConflictException', 'The name is taken'],
]

/** An example that throws the status the message asks for; 401 is that of the rule. */
function inWordsOf(meaning: string): Pick<Match, 'words'> {
  const [status, name, text] = examples.find(([code]) => meaning.includes(code)) ?? []
  if (status === undefined) return {}
  const code = { Express: `throw new ApiError(${status}, '${text}')`, NestJS: `throw new ${name}('${text}')` }
  return { words: { fix: { say: 'Throw an error with the status that says what happened.', code } } }
}

const refuses = /^wrong credentials/

/** Who is signed in and gives the password once more stays so: 401 would say otherwise. */
function isForSignedIn(node: Node, codebase: Codebase): boolean {
  const routes = routesOf(codebase, requestOf(codebase, node)?.node)
  return routes.length > 0 && routes.every(hasAuth)
}

/** `A profile is required`: what the caller is, and not what was sent. */
const ofCaller =
  /\b(profile|account|member(ship)?|subscription|plan|role|permission|sign(ed)? ?in|log(ged)? ?in)\b.*\brequired\b/i

/** `if (!country)` of one that the body refers to: the address is right, and what was sent is not. */
function isNamedByBody(node: Node, file: SourceFile, { flow }: Codebase): boolean {
  const choice = ancestor(node, (at) => at.type === 'IfStatement', functionAround(node))
  const asked = choice?.type === 'IfStatement' ? unwrap(choice.test) : undefined
  if (asked?.type !== 'UnaryExpression' || asked.argument.type !== 'Identifier') return false
  const found = lookUp(file.scopes, asked, asked.argument.name)
  const lookups = found ? [found.init, ...found.writes].flatMap((value) => value ?? []) : []
  return file.properties.some(
    ({ value }) =>
      lookups.some((lookup) => contains(lookup, value)) &&
      /^(Identifier|MemberExpression)$/.test(value.type) &&
      flow.traceId(value, file)?.kind === 'body',
  )
}

/** The documentation of the route promises 400, and no 404. */
function isDocumented(node: Node, codebase: Codebase): boolean {
  const handler = requestOf(codebase, node)
  const method = handler?.node.parent
  const said =
    handler && method?.type === 'MethodDefinition'
      ? handler.file.text.slice(method.start, handler.node.body?.start)
      : ''
  return (
    /ApiBadRequestResponse|@Api\w*Response\([^@]*\b(400|BAD_REQUEST)\b/.test(said) &&
    !/\b404\b|NOT_FOUND|NotFound/.test(said)
  )
}

/** What a body names and what is not there may be called a bad request; only a bare `X not found` is not. */
function isAboutInput(status: number, text: string): boolean {
  if (!/found|exist|no such|find/i.test(text)) return false
  if (ofTheServer.test(text)) return status === 500 || status === 400
  return (
    status === 400 &&
    (text.length > 40 ||
      text.includes('${') ||
      /\b(token|code|otp|link|provided|given)\b|\b(for|to) (update|change|process)|\b(please|cannot|selected|filters?)\b/i.test(
        text,
      ))
  )
}

/** A missing part of the server's own set-up is a failure of the server, and no 404. */
const ofTheServer =
  /^password\b|^file\b|\b(default|config\w*|suitable|registered|initiali[sz]e|seed|strateg\w+|provider|handler|template|(super-?|tenant |system )?admin role)\b|\b(role|permission|setting)s?\b.*\bin (the )?system\b/i

/** What the caller did wrong is thrown, and the `catch` of the function, or the last error handler, answers 500. */
function* answeredAsFailure(codebase: Codebase): Iterable<Match> {
  const found: { file: SourceFile; node: Node; around: FunctionNode }[] = []
  for (const file of codebase.production) {
    for (const { node, value } of raisedIn(file)) {
      const around = functionAround(node)
      if (!around || !blamesCaller(plainText(value, file) ?? '') || !endsInFailure(node, around, file, codebase))
        continue
      found.push({ file, node, around })
    }
  }
  for (const [first, ...rest] of Map.groupBy(found, ({ around }) => around).values()) {
    if (first)
      yield {
        file: first.file,
        node: first.node,
        also: rest.map(({ file, node }) => ({ path: file.path, line: lineOf(node, file) })),
        ...inWordsOf('400'),
        message: 'This is a mistake of the caller, and is answered with 500.',
      }
  }
}

/** Thrown errors, and those handed to `next`. */
const raisedIn = atOnce((file: SourceFile) => [...raised(file)])

function* raised(file: SourceFile): Iterable<{ node: Node; value: Node }> {
  for (const node of file.throws) yield { node, value: node.argument }
  for (const call of goingBy(plainCallsOf(file), 'next')) {
    const [value] = call.arguments
    if (value && call.arguments.length === 1) yield { node: call, value }
  }
}

/** The text of an error that carries no status: `new Error('…')`, `{ message: '…' }` or the text itself. */
function plainText(value: Node, file: SourceFile): string | undefined {
  if (isString(value)) return literalText(value)
  if (value.type === 'NewExpression')
    return pathOf(value.callee) === 'Error' && value.arguments.length === 1 ? textIn(value, file) : undefined
  if (
    value.type !== 'ObjectExpression' ||
    value.properties.some((property) => property.type !== 'Property' || /status|code/i.test(keyOf(property) ?? ''))
  )
    return undefined
  return literalText(propertyOf(value, 'message') ?? propertyOf(value, 'msg') ?? propertyOf(value, 'error'))
}

function endsInFailure(node: Node, around: FunctionNode, file: SourceFile, codebase: Codebase): boolean {
  const handler = requestOf(codebase, node)
  if (!handler || answersByTypes(handler) || setsStatusBefore(node, around, file)) return false
  if (isValidator(around)) return false
  const handled = node.type === 'ThrowStatement' ? catchOf(node, around) : undefined
  if (handled) return answersOnly500(handled, file, codebase)
  if (handler.framework === 'nest') return node.type === 'ThrowStatement' && !hasFilter(codebase)
  const own = codebase.web.handlers.get(around)
  if (handler.framework !== 'express' || (own === undefined && node.type === 'ThrowStatement')) return false
  return (own !== undefined || node.type === 'CallExpression') && !mapsTexts(codebase)
}

/** `body('id').custom(async (id) => { throw … })`: the validator makes a message of what is thrown. */
function isValidator({ parent }: FunctionNode): boolean {
  return (
    parent?.type === 'CallExpression' &&
    parent.callee.type === 'MemberExpression' &&
    /^(custom|customSanitizer|refine|superRefine|transform|external)$/.test(keyOf(parent.callee) ?? '')
  )
}

function setsStatusBefore(node: Node, around: FunctionNode, file: SourceFile): boolean {
  return /\.status\(|statusCode\s*=/.test(file.text.slice(Math.max(around.start, node.start - 120), node.start))
}

function catchOf(node: Node, around: FunctionNode): Node | undefined {
  const tried = ancestor(
    node,
    (at) =>
      at.type === 'TryStatement' && at.handler !== null && at.block.start <= node.start && node.end <= at.block.end,
    around,
  )
  return tried?.type === 'TryStatement' ? (tried.handler?.body ?? undefined) : undefined
}

function answersOnly500(body: Node, file: SourceFile, codebase: Codebase): boolean {
  const text = file.text.slice(body.start, body.end)
  if (/\b(err|error|e|ex)\??\.(status|statusCode|code|name|httpStatus)\b|instanceof|\bthrow\b|\bnext\(/.test(text))
    return false
  const given = responsesIn(file, codebase.web).filter(
    (response) => isFinal(response) && response.call.start >= body.start && response.call.end <= body.end,
  )
  return given.length > 0 && given.every(({ status }) => status === 500)
}

/** A filter of NestJS may give plain errors a status. */
function hasFilter(codebase: Codebase): boolean {
  return codebase.production.some(
    (file) => file.text.includes('ExceptionFilter') || file.text.includes('useGlobalFilters'),
  )
}

/** An error handler that looks at names or texts may give a plain error a status. */
function mapsTexts(codebase: Codebase): boolean {
  return [...codebase.web.handlers.values()].some(
    ({ node, file, error }) =>
      error !== undefined &&
      errorNames.test(error) &&
      isFunction(node) &&
      new RegExp(
        String.raw`\b${error}\??\.(name|message|type|kind)\s*(===|==|\.|\))|switch\s*\(\s*${error}|instanceof|res\.statusCode`,
      ).test(bodyText(node, file)),
  )
}
