import type { Codebase } from '../../codebase.ts'
import { queriesByFile, type Query } from '../../facts/queries.ts'
import type { Trace } from '../../facts/trace.ts'
import { decoratorName, decoratorsOf, type Handler } from '../../facts/handlers.ts'
import { bodyText, handlerAround } from '../../facts/responses.ts'
import { keyOf, parameterName, type CallNode, type FunctionNode, type Node, type Of } from '../../parse/ast.ts'
import { lookUp } from '../../parse/scopes.ts'
import { once } from '../../parse/once.ts'
import type { SourceFile } from '../../parse/source-file.ts'
import { importsPackage, isValidated, lineOf, purposeOf } from '../places.ts'
import type { Rule } from '../rule.ts'

export const missingValidation: Rule = {
  id: 'missing-validation',
  category: 'missing-validation',
  severity: 'medium',
  confidence: 'medium',
  title: 'Input goes to the database without a check of its shape',
  why: 'Missing, empty, huge or wrongly typed values end in the data or as a 500.',
  effects: {
    safety: 'Bad data is stored; later code fails on it.',
    maintenance: 'What a route accepts is written nowhere.',
  },
  fix: {
    say: 'Check the input against a schema at the border and use only what it gives.',
    code: {
      Express:
        'const input = z.object({ name: z.string().min(1).max(100), address: z.string().max(300) }).parse(req.body)',
      Fastify: "app.post('/users', { schema: { body: userSchema } }, createUser)",
      NestJS: 'app.useGlobalPipes(new ValidationPipe({ whitelist: true, forbidNonWhitelisted: true }))',
    },
  },
  sources: ['https://cheatsheetseries.owasp.org/cheatsheets/Input_Validation_Cheat_Sheet.html'],
  limits: 'Whether a check is enough is for a reader to judge; this only sees that there is none.',
  *find(codebase) {
    const reported = new Set<FunctionNode>()
    yield* savedFields(codebase, reported)
    yield* builtModels(codebase, reported)
    yield* bareShapes(codebase)
    yield* projectWrites(codebase, reported)
    const writesFirst = [...codebase.queries].sort((a, b) => Number(isWrite(b)) - Number(isWrite(a)))
    for (const query of writesFirst) {
      if (query.file.kind !== 'production' || query.kind === 'sync') continue
      for (const [index, argument] of query.call.arguments.slice(0, 2).entries()) {
        const trace = codebase.flow.trace(argument, query.file)
        const handler = trace?.handler
        if (!trace || !handler || reported.has(handler.node) || !needsCheck(codebase, trace, handler, query.kind))
          continue
        // A part of the path that is a parameter of the statement.
        if (index > 0 && /^(params|url)$/.test(trace.kind)) continue
        // What another service sends and signs.
        if (/webhook/i.test(`${handler.file.path} ${purposeOf(codebase, handler.node)}`)) continue
        if (isLookupInTables(query, codebase) && !/passw/i.test(bodyText(handler.node, handler.file))) continue
        reported.add(handler.node)
        yield {
          file: trace.source.file,
          ...placeOf(trace),
          message: `\`${trace.source.text}\` reaches \`${query.method}\` (${query.file.path}:${query.line}) unchecked.`,
          steps: trace.steps,
        }
      }
    }
  },
}

/** A value that is only looked up, as a parameter, finds nothing when it is odd: tables turn no object into operators. */
function isLookupInTables(query: Query, codebase: Codebase): boolean {
  return (
    /^(find|count|exists)/.test(query.kind) &&
    !codebase.project.dependencies.some((item) => /^(mongoose|mongodb|@nestjs\/mongoose|mongojs|monk)$/.test(item.name))
  )
}

/** Where the input is taken apart, when it is, else where it is read. */
function placeOf(trace: Trace): { node: Node; line: number } {
  const { node, file } = trace.source
  const whole = node.parent?.type === 'VariableDeclarator' ? node.parent : node
  return { node: whole, line: lineOf(whole, file) }
}

function isWrite(query: Query): boolean {
  return /insert|update/.test(query.kind)
}

function needsCheck(codebase: Codebase, trace: Trace, handler: Handler, kind: string): boolean {
  if (isValidated(codebase, trace) || trace.marks.has('sanitized')) return false
  const text = bodyText(handler.node, handler.file)
  if (!/^(body|query|params|url)$/.test(trace.kind)) return false
  if (/^(params|url)$/.test(trace.kind) && kind !== 'raw') return false
  return !usesSchema(text) && !checksField(trace, text)
}

/** The handler hands its input to something that checks it as a whole. */
function usesSchema(text: string): boolean {
  return /validat|(?<!url|URL|JSON|qs|querystring)\.parse\(\s*(req|ctx)|safeParse|Joi|schema|check(Body|Input|Params|Query)|assert/i.test(
    text,
  )
}

/** Some check of type, length or pattern of this value, by the names it goes by; of any value when it has no name. */
function checksField(trace: Trace, text: string): boolean {
  const names = [trace.keys.at(-1), ...trace.bindings.map((binding) => binding.name)].filter(
    (name) => name !== undefined && !/^(req|request|ctx|c|res|body|\[\]|\*)$/.test(name),
  )
  if (names.length === 0)
    return /\.(test|match)\(|typeof|isEmail|isNaN|Number\.is|parseInt|\.length\s*[<>]|\.parse\(/.test(text)
  return names.some((name) => {
    const value = String.raw`[\w.?]*\b${(name ?? '').replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)}\b`
    return new RegExp(
      String.raw`\.(test|includes|has)\(\s*${value}|\b(is[A-Z]\w*|isNaN|Number|parseInt|parseFloat|Boolean|check\w*|\w*\.parse)\([^)]*${value}|typeof ${value}|${value}(\)?\.length|\??\.match\(|\s*(<|>)=?[\s\d])`,
    ).test(text)
  })
}

const assignedFields = once((file: SourceFile) =>
  file.assignments.filter(
    ({ left, right }) =>
      left.type === 'MemberExpression' &&
      (right.type === 'Identifier' || /req(uest)?\.(body|query)\.\w/.test(file.text.slice(right.start, right.end))),
  ),
)

/** `user.name = req.body.name` and then `save()`. */
function* savedFields(codebase: Codebase, reported: Set<FunctionNode>): ReturnType<Rule['find']> {
  for (const file of codebase.production) {
    for (const assignment of assignedFields(file)) {
      const handler = handlerAround(assignment, codebase.web.handlers)
      if (
        !handler ||
        reported.has(handler.node) ||
        /^(res|req|ctx)/.test(file.text.slice(assignment.left.start, assignment.left.end))
      )
        continue
      const trace = codebase.flow.trace(assignment.right, file)
      if (
        !trace ||
        (assignment.right.type === 'Identifier' && trace.kind !== 'body') ||
        isValidated(codebase, trace) ||
        !/\.(save|update|insert\w*|create)\(/.test(bodyText(handler.node, handler.file))
      )
        continue
      const text = bodyText(handler.node, handler.file)
      if (usesSchema(text) || checksField(trace, text)) continue
      reported.add(handler.node)
      yield {
        file,
        ...(trace.source.file === file ? placeOf(trace) : { node: assignment, line: lineOf(assignment, file) }),
        message: `\`${trace.source.text}\` is stored unchecked.`,
      }
    }
  }
}

type Made = { call: CallNode; data: Of<'ObjectExpression'>; name: string }

const madeOfFields = once((file: SourceFile): readonly Made[] =>
  file.calls.flatMap((call): Made[] => {
    const [data] = call.arguments
    if (call.type === 'CallExpression' && call.callee.type === 'MemberExpression' && keyOf(call.callee) === 'push') {
      const made = data?.type === 'Identifier' ? lookUp(file.scopes, data, data.name)?.init : data
      return made?.type === 'ObjectExpression' && call.callee.object.type === 'MemberExpression'
        ? [{ call, data: made, name: '' }]
        : []
    }
    return call.type === 'NewExpression' &&
      data?.type === 'ObjectExpression' &&
      call.callee.type === 'Identifier' &&
      /^[A-Z]/.test(call.callee.name)
      ? [{ call, data, name: call.callee.name }]
      : []
  }),
)

/** `new Order({ items, address })` with fields of the body, and then `save()`. */
function* builtModels(codebase: Codebase, reported: Set<FunctionNode>): ReturnType<Rule['find']> {
  for (const file of codebase.production) {
    for (const { call, data, name } of madeOfFields(file)) {
      const handler = handlerAround(call, codebase.web.handlers)
      if (!handler || reported.has(handler.node) || (name !== '' && !isModelName(codebase, name))) continue
      const text = bodyText(handler.node, handler.file)
      if (!/\.save\(/.test(text) || usesSchema(text)) continue
      const traces = data.properties.flatMap(
        (property) => (property.type === 'Property' && codebase.flow.trace(property.value, file)) || [],
      )
      const open = traces.filter(
        (trace) => trace.kind === 'body' && !isValidated(codebase, trace) && !checksField(trace, text),
      )
      const [first] = open
      if (!first || open.length < 2) continue
      reported.add(handler.node)
      yield {
        file: first.source.file,
        ...placeOf(first),
        message: `${open.length} fields of the body go into \`${name || 'the record'}\` unchecked.`,
        steps: first.steps,
      }
    }
  }
}

function isModelName(codebase: Codebase, name: string): boolean {
  const plain = name.toLowerCase()
  return (
    codebase.queries.some((query) => query.model?.toLowerCase() === plain) ||
    codebase.entities.some((entity) => entity.name.toLowerCase() === plain)
  )
}

/** The class of a NestJS body says what fields there are, and no decorator says what they must be. */
function* bareShapes(codebase: Codebase): ReturnType<Rule['find']> {
  if (!importsPackage(codebase, /^class-validator$/)) return
  const reported = new Set<Node>()
  for (const handler of codebase.web.handlers.values()) {
    if (handler.framework !== 'nest') continue
    for (const parameter of handler.node.params) {
      const name = parameterName(parameter)
      const type = name?.typeAnnotation?.typeAnnotation
      if (
        !name ||
        handler.inputs.get(name.name) !== 'Body' ||
        type?.type !== 'TSTypeReference' ||
        type.typeName.type !== 'Identifier'
      )
        continue
      const binding = lookUp(handler.file.scopes, handler.node, type.typeName.name)
      const shape = binding && codebase.meanings.ofBinding(binding, handler.file)
      if (
        shape?.kind !== 'class' ||
        reported.has(shape.node) ||
        shape.node.superClass ||
        shape.node.decorators.length > 0
      )
        continue
      reported.add(shape.node)
      const fields = shape.node.body.body.filter((member) => member.type === 'PropertyDefinition')
      if (
        fields.length === 0 ||
        fields.some((field) => decoratorsOf(field).some((decorator) => !decoratorName(decorator).startsWith('Api')))
      )
        continue
      yield {
        file: shape.file,
        node: shape.node,
        line: lineOf(shape.node, shape.file),
        message: `\`${shape.node.id?.name ?? 'The body'}\` lists fields, and no decorator says what they must be.`,
      }
    }
  }
}

/** Several body fields handed to a project function that writes them. */
function* projectWrites(codebase: Codebase, reported: Set<FunctionNode>): ReturnType<Rule['find']> {
  for (const { call, file, target } of codebase.calls.linked) {
    if (call.arguments.length < 3) continue
    const handler = handlerAround(call, codebase.web.handlers)
    if (!handler || reported.has(handler.node)) continue
    const writes = queriesByFile(codebase.queries)
      .get(target.file)
      ?.some(
        (query) =>
          query.call.start > target.node.start && query.call.end < target.node.end && /insert|update/.test(query.kind),
      )
    if (!writes) continue
    const traces = call.arguments
      .flatMap((argument) => codebase.flow.trace(argument, file) ?? [])
      .filter((trace) => trace.kind === 'body')
    const first = traces[0]
    if (traces.length < 3 || !first || isValidated(codebase, first)) continue
    reported.add(handler.node)
    yield {
      file: first.source.file,
      ...placeOf(first),
      message: `${traces.length} fields of the body are stored by \`${file.text.slice(call.callee.start, call.callee.end)}\` with hardly a check.`,
    }
  }
}
