import type { Codebase } from '../../codebase.ts'
import { hasAuth } from '../../facts/access-control.ts'
import { queriesByFile, type Query } from '../../facts/queries.ts'
import { chainTop } from '../../facts/promises.ts'
import { handlerAround } from '../../facts/responses.ts'
import {
  ancestor,
  contains,
  functionAround,
  isFunction,
  keyOf,
  parameterName,
  pathOf,
  type FunctionNode,
  type Node,
  type Of,
} from '../../parse/ast.ts'
import { once } from '../../parse/once.ts'
import { lookUp } from '../../parse/scopes.ts'
import type { SourceFile } from '../../parse/source-file.ts'
import { isValidated, routesOf, textOf } from '../places.ts'
import type { Match, Rule } from '../rule.ts'

export const nullDeref: Rule = {
  id: 'null-deref',
  category: 'null-deref',
  severity: 'medium',
  confidence: 'medium',
  title: 'A value that may be missing is used as if it were there',
  why: 'A lookup that finds nothing, or a request without the field, gives a TypeError in place of a clear answer; in a callback it ends the process.',
  effects: { safety: 'A request for an unknown id is a 500 or a crash.' },
  fix: {
    say: 'Answer the missing case first.',
    code: {
      Express:
        "const user = await User.findByPk(id)\nif (!user) return res.status(404).json({ error: 'no such user' })",
    },
  },
  sources: ['https://developer.mozilla.org/en-US/docs/Web/JavaScript/Reference/Errors/Cant_access_property'],
  *find(codebase) {
    for (const query of codebase.queries) {
      if (query.file.kind === 'production' && isLookup(query, codebase)) yield* lookups(codebase, query)
    }
    yield* projectLookups(codebase)
    for (const file of codebase.production) {
      yield* requestFields(codebase, file)
      yield* bodyNames(codebase, file)
      yield* callersRecord(file)
    }
    yield* typedCalls(codebase)
  },
}

function isLookup(query: Query, codebase: Codebase): boolean {
  // The driver of MongoDB answers with an object that holds the row.
  if (query.method.startsWith('findOneAnd') && isDriver(query)) return false
  // `.throwIfNotFound()` of Objection, `.orFail()` of Mongoose
  if (query.method === 'exists' || query.chain.some((name) => /OrFail$|^orFail|OrThrow|^throwIf/.test(name)))
    return false
  if (takesFirst(query)) return true
  if (
    query.kind === 'find-one' &&
    !/OrFail|OrThrow/.test(query.method) &&
    !/rejectOnEmpty/.test(query.file.text.slice(query.call.start, query.call.end))
  )
    return true
  if (givesFormer.test(query.method)) return !/upsert/.test(query.file.text.slice(query.call.start, query.call.end))
  return (
    query.method === 'find' &&
    codebase.project.dependencies.some((item) => item.name === 'sequelize') &&
    !codebase.project.dependencies.some((item) => item.name === 'mongoose')
  )
}

/** What they change or remove they give back, or `null` when there was nothing. */
const givesFormer = /^(findByIdAnd|findOneAnd)(Update|Delete|Remove|Replace)$/

function isDriver({ call, client }: Query): boolean {
  return client === 'mongodb' || (call.callee.type === 'MemberExpression' && /^db\b/.test(pathOf(call.callee.object)))
}

/** The caller's own row is there: signing in has just found it. */
const picksCaller =
  /\bcurrent_?user_?id\b|\bsession\.get\(\s*['"]user_?id|\b(req|request|ctx|context)\.[\w.?]*(user|auth|session)\b[\w.?]*(id|sub)\b/i

/** `const [row] = await db.select()…where(…)`. */
function takesFirst(query: Query): boolean {
  if (query.method !== 'select' || !query.chain.includes('where')) return false
  const holder = chainTop(query.call).parent?.parent
  return holder?.type === 'VariableDeclarator' && holder.id.type === 'ArrayPattern'
}

function* lookups(codebase: Codebase, query: Query): Iterable<Match> {
  const { call, file } = query
  // The strict compiler has asked for the check already.
  if (/\.[cm]?ts$/.test(file.path) && isStrict(file.path, codebase.texts)) return
  // `findUnique(…).resources()` gives what belongs to the row, a list.
  if (query.client === '@prisma/client' || query.method.startsWith('findUnique')) {
    if (query.chain.some((name) => !/^(then|catch|finally|exec|lean|populate|select)$/.test(name))) return
  }
  if (picksCaller.test(file.text.slice(call.start, call.end))) return
  const callback = resultCallback(call) ?? resultCallback(chainTop(call))
  if (callback) {
    const parameter = parameterName(callback.at === 'then' ? callback.node.params[0] : callback.node.params[1])
    if (parameter) yield* firstUse(codebase, parameter.name, callback.node, callback.node.start, file)
    return
  }
  const top = chainTop(call)
  const holder = top.parent?.type === 'AwaitExpression' ? top.parent.parent : undefined
  if (holder?.type !== 'VariableDeclarator') return
  const first = holder.id.type === 'ArrayPattern' ? holder.id.elements[0] : holder.id
  const around = functionAround(holder)
  if (around && first?.type === 'Identifier') yield* firstUse(codebase, first.name, around, holder.end, file)
}

type Callback = { node: FunctionNode; at: 'then' | 'callback' }

function resultCallback(node: Node): Callback | undefined {
  let at: Node = node
  while (at.type === 'CallExpression') {
    const last = at.arguments.at(-1)
    const name = at.callee.type === 'MemberExpression' ? keyOf(at.callee) : undefined
    if (name === 'then' && isFunction(at.arguments[0])) return { node: at.arguments[0], at: 'then' }
    if (isFunction(last) && last.params.length >= 2 && name !== 'then') return { node: last, at: 'callback' }
    if (at.callee.type !== 'MemberExpression') return undefined
    at = at.callee.object
  }
  return undefined
}

/** DAO functions that hand a lookup's result to a callback, called with a callback that uses it at once. */
function* projectLookups(codebase: Codebase): Iterable<Match> {
  for (const { call, file, target } of codebase.calls.linked) {
    const last = call.arguments.at(-1)
    if (!isFunction(last) || last.params.length !== 2 || call.callee.type !== 'MemberExpression') continue
    if (!/^(get|find|fetch|load)\w*By\w+$/.test(keyOf(call.callee) ?? '')) continue
    const looksUp = queriesByFile(codebase.queries)
      .get(target.file)
      ?.some(
        (query) =>
          query.kind === 'find-one' && query.call.start > target.node.start && query.call.end < target.node.end,
      )
    const parameter = looksUp ? parameterName(last.params[1]) : undefined
    if (parameter) yield* firstUse(codebase, parameter.name, last, last.start, file)
  }
}

function* firstUse(
  codebase: Codebase,
  name: string,
  around: FunctionNode,
  from: number,
  file: SourceFile,
): Iterable<Match> {
  const use = file.members.find(
    (member) =>
      member.start > from &&
      member.end < around.end &&
      !member.optional &&
      member.object.type === 'Identifier' &&
      member.object.name === name &&
      !isShadowed(member, around),
  )
  if (!use) return
  const before = file.text.slice(Math.max(from, around.body?.start ?? around.start), use.start)
  const escaped = name.replaceAll('$', String.raw`\$`)
  const checked = new RegExp(
    String.raw`[!(&|?]\s*${escaped}\s*[)&|?=!;]|!\s*${escaped}\b|\b${escaped}\s*(===?|!==?|\?|&&|\|\|)|if\s*\(\s*${escaped}\b|(assert|expect|ensure|check|invariant|should|authorize|require|verify|validate|must)\w*\(\s*[^)]*\b${escaped}\b|\b${escaped}\s*=[^=]`,
  )
  const text = file.text.slice(use.start - 40, use.end + 40)
  if (checked.test(before) || new RegExp(String.raw`\b${escaped}\s*(&&|\?)`).test(text)) return
  if (!codebase.web.handlers.has(around) && givesUpOnFailure(use, around)) return
  const inTry = /\btry\s*\{/.test(before) && !codebase.web.handlers.has(around)
  yield {
    file,
    node: use,
    confidence: inTry ? 'low' : 'medium',
    message:
      keyOf(use) === 'length'
        ? `\`${name}\` is one row or nothing, not a list: \`.length\` is never what is meant.`
        : `\`${name}\` is used without checking that the lookup found something.`,
  }
}

/** `try { … } catch { return false }`: what is missing has its answer, in another way. */
function givesUpOnFailure(use: Node, around: FunctionNode): boolean {
  const attempt = ancestor(use, (at) => at.type === 'TryStatement' && contains(at.block, use), around)
  const last = attempt?.type === 'TryStatement' ? attempt.handler?.body.body.at(-1) : undefined
  return last?.type === 'ReturnStatement' && (!last.argument || /^(Literal|Identifier)$/.test(last.argument.type))
}

function isShadowed(member: Of<'MemberExpression'>, around: FunctionNode): boolean {
  for (let at = functionAround(member); at && at !== around; at = functionAround(at)) {
    const names = at.params.map((parameter) => parameterName(parameter)?.name)
    if (member.object.type === 'Identifier' && names.includes(member.object.name)) return true
  }
  return false
}

const textMethods =
  /^(split|trim|toLowerCase|toUpperCase|replace|replaceAll|substring|substr|slice|match|startsWith|endsWith|includes|indexOf|map|forEach|filter|length|data|mv|name|path|push|join|some|every)$/

/** `req.file.name`, `req.body.name.trim` and `req.session.user.id`, which throw when the middle is missing. */
const fieldsOfFields = once((file: SourceFile) =>
  file.members.flatMap((member) => {
    const name = keyOf(member)
    if (member.optional || name === undefined || member.object.type !== 'MemberExpression' || member.object.optional)
      return []
    const path = pathOf(member.object)
    const uploads = /^(req|request)\.files?$/.test(path)
    const field = /^(req|request)\.(body|query|headers|files)\.\w+$/.test(path) && textMethods.test(name)
    const session =
      /^(req|request)\.session\.\w+$/.test(path) &&
      !/^(cookie|save|destroy|regenerate|touch)$/.test(keyOf(member.object) ?? '')
    return uploads || field || session ? [{ member, name, path, uploads, session }] : []
  }),
)

function* requestFields(codebase: Codebase, file: SourceFile): Iterable<Match> {
  for (const { member, name, path, uploads, session } of fieldsOfFields(file)) {
    const handler = handlerAround(member, codebase.web.handlers)
    if (!handler) continue
    const before = file.text.slice(handler.node.start, member.start)
    const escaped = path.replace(/[.$]/g, String.raw`\$&`)
    if (new RegExp(String.raw`(!|if\s*\(|&&|\|\||\?)\s*\(?\s*!?${escaped}\b(?!\.(length|split|trim))`).test(before))
      continue
    if (new RegExp(String.raw`\b${escaped}\s*(\?(?!\.)|[!=]==?|=(?!=))`).test(before)) continue
    if (new RegExp(String.raw`\b(is[A-Z]\w*|validate\w*|check\w*)\(\s*${escaped}\b`).test(before)) continue
    if (isGuardedBeside(member, path, file)) continue
    const key = path.split('.').at(-1) ?? ''
    if (new RegExp(String.raw`(hasOwn\w*\([^)]*|in\s*)?['"]${key}['"](\s+in\s+req|\))`).test(before)) continue
    const routes = routesOf(codebase, handler.node)
    if (
      session &&
      (routes.length === 0 ||
        routes.some(hasAuth) ||
        (/session/.test(before.slice(-200)) &&
          /if\s*\(/.test(before.slice(-200)) &&
          !/!req\.session/.test(before.slice(-30))))
    )
      continue
    const trace = codebase.flow.trace(member.object, file)
    if (!session && (!trace || isValidated(codebase, trace))) continue
    // What stands before a handler whose route is not seen may have looked already.
    if (uploads && (isTested(member) || (routes.length === 0 && looksAtFiles(codebase)))) continue
    const takes = uploads ? routes.flatMap((route) => route.chain.filter((step) => takesFiles.test(step.name))) : []
    // A list of files is there, empty or not; one file is only when it was sent.
    // `validate({ file: req.file })`: what it was handed to may ask for it.
    if (uploads && new RegExp(String.raw`[(,:]\s*${escaped}\s*[),}]`).test(before)) continue
    if (takes.length > 0 && !(path.endsWith('.file') && takes.every((step) => step.name.endsWith('.single()'))))
      continue
    yield {
      file,
      node: member,
      confidence: session ? 'low' : 'medium',
      message: `\`${textOf(member.object, file)}\` may be missing, and \`.${name}\` then throws.`,
    }
  }
}

const ofLists =
  /^(map|forEach|filter|reduce|some|every|join|split|trim|toLowerCase|toUpperCase|replace|replaceAll|substring|slice|match|startsWith|endsWith)$/

/** `const { items } = req.body` and `items.map(…)`, or a name for `req.body.items`. */
const namesOfFields = once((file: SourceFile) =>
  file.members.flatMap((member) => {
    if (member.optional || member.object.type !== 'Identifier' || !ofLists.test(keyOf(member) ?? '')) return []
    if (member.parent?.type !== 'CallExpression' || member.parent.callee !== member) return []
    const binding = lookUp(file.scopes, member, member.object.name)
    if (!binding?.init || binding.writes.length > 0 || binding.kind === 'parameter') return []
    const from = file.text.slice(binding.init.start, binding.init.end)
    const isField =
      binding.path.length === 1
        ? /^(req|request)\.(body|query)$/.test(from)
        : /^(req|request)\.(body|query)\.\w+$/.test(from)
    const isDefaulted = binding.node.parent?.type === 'AssignmentPattern'
    return isField && !isDefaulted ? [{ member, name: member.object.name }] : []
  }),
)

function* bodyNames(codebase: Codebase, file: SourceFile): Iterable<Match> {
  const reported = new Set<string>()
  for (const { member, name } of namesOfFields(file)) {
    const handler = handlerAround(member, codebase.web.handlers)
    const trace = handler && codebase.flow.trace(member.object, file)
    if (!handler || !trace || isValidated(codebase, trace) || isTriedInside(member, handler.node)) continue
    const before = file.text.slice(handler.node.start, member.start)
    const looked = new RegExp(
      String.raw`(!|if\s*\(|&&|\|\||\?|typeof|isArray\()\s*\(?\s*!?\s*${name}\b|\b${name}\s*(&&|\|\||\?|===?|!==?)`,
    )
    const key = `${handler.node.start} ${name}`
    if (looked.test(before) || reported.has(key)) continue
    reported.add(key)
    yield {
      file,
      node: member,
      message: `\`${name}\` may be missing from the request, and \`.${keyOf(member) ?? ''}\` then throws.`,
    }
  }
}

function isTriedInside(node: Node, limit: FunctionNode): boolean {
  for (let at: Node | null | undefined = node; at && at !== limit; at = at.parent)
    if (at.parent?.type === 'TryStatement' && at.parent.block === at) return true
  return false
}

/** `req.user = await User.findById(claims.id)` and then `next()`: the account may be gone. */
function* callersRecord(file: SourceFile): Iterable<Match> {
  for (const { node, around } of callersFound(file)) {
    const after = file.text.slice(node.end, around.end)
    if (/\b(req|request)\.user\b/.test(after) || !/\bnext\(\s*\)/.test(after)) continue
    yield {
      file,
      node,
      severity: 'low',
      message:
        'The account may be gone since the token was made: `req.user` is then `null` for every handler after this.',
    }
  }
}

const callersFound = once((file: SourceFile) =>
  file.assignments.flatMap((node) => {
    const around = functionAround(node)
    if (!around || pathOf(node.left) !== 'req.user' || node.right.type !== 'AwaitExpression') return []
    return /\.(findById|findOne|findByPk|findUnique|findFirst)\(/.test(
      file.text.slice(node.right.start, node.right.end),
    )
      ? [{ node, around }]
      : []
  }),
)

const takesFiles = /upload|multer|file/i

function looksAtFiles(codebase: Codebase): boolean {
  return codebase.production.some(checksFiles)
}

const checksFiles = once((file: SourceFile) =>
  /\b(validate|check|require|ensure)_?(Uploaded)?Files?\b/i.test(file.text),
)

function isTested(member: Node): boolean {
  return (
    member.parent?.type === 'UnaryExpression' ||
    member.parent?.type === 'LogicalExpression' ||
    member.parent?.type === 'IfStatement'
  )
}

/** validator.js throws a TypeError on anything but a text. */
function* typedCalls(codebase: Codebase): Iterable<Match> {
  for (const { call, file, name } of codebase.index.named(/^validator(\.default)?\.is\w+$/)) {
    if (!call.arguments[0] || isDefaulted(call.arguments[0], file)) continue
    const trace = codebase.flow.trace(call.arguments[0], file)
    const before = file.text.slice(functionAround(call)?.start ?? 0, call.start)
    if (trace && trace.kind === 'body' && trace.marks.size === 0 && !/typeof/.test(before)) {
      yield {
        file,
        node: call,
        confidence: 'medium',
        message: `\`${name}\` throws when \`${textOf(call.arguments[0], file, 40)}\` is missing or not a text.`,
      }
    }
  }
}

/** `email = email || ''` */
function isDefaulted(node: Node, file: SourceFile): boolean {
  if (node.type !== 'Identifier') return false
  const writes = lookUp(file.scopes, node, node.name)?.writes ?? []
  return writes.some((write) => /^(LogicalExpression|ConditionalExpression)$/.test(write.type))
}

/** `req.headers.host && req.headers.host.startsWith('a')`. */
function isGuardedBeside(member: Node, path: string, file: SourceFile): boolean {
  const choice = ancestor(
    member,
    (at) => at.type === 'LogicalExpression' && at.operator === '&&',
    functionAround(member),
  )
  return choice?.type === 'LogicalExpression' && file.text.slice(choice.left.start, choice.left.end).includes(path)
}

/** What the nearest configuration of the compiler that speaks of it says about `null`. */
function isStrict(path: string, texts: Codebase['texts']): boolean {
  const parts = path.split('/').slice(0, -1)
  for (let depth = parts.length; depth >= 0; depth -= 1) {
    const text = texts.get([...parts.slice(0, depth), 'tsconfig.json'].join('/')) ?? ''
    const said = /"strictNullChecks"\s*:\s*(true|false)/.exec(text) ?? /"strict"\s*:\s*(true|false)/.exec(text)
    if (said) return said[1] === 'true'
  }
  return false
}
