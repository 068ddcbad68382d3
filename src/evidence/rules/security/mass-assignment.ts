import type { Codebase } from '../../codebase.ts'
import { isRoleStep } from '../../facts/access-control.ts'
import { isAccountModel } from '../../facts/entities.ts'
import type { Query } from '../../facts/queries.ts'
import type { Trace } from '../../facts/trace.ts'
import {
  functionAround,
  keyOf,
  pathOf,
  unwrap,
  type Node,
  type Of,
  hasSpread,
  propertyOf,
  type CallNode,
} from '../../parse/ast.ts'
import { once, onceFor } from '../../parse/once.ts'
import { lookUp } from '../../parse/scopes.ts'
import type { SourceFile } from '../../parse/source-file.ts'
import { isChecked, isValidated, lineOf, routesOf, sourceText } from '../places.ts'
import type { Match, Rule } from '../rule.ts'

const privileged =
  /^(role|roles|is_?admin|admin|permissions?|is_?staff|is_?superuser|verified|is_?verified|balance|credits?|owner_?id|user_?type|account_?type|privilege|scopes?|plan)$/i

export const massAssignment: Rule = {
  id: 'mass-assignment',
  category: 'mass-assignment',
  severity: 'high',
  confidence: 'high',
  title: 'The caller sets fields that are not the caller’s to set',
  why: 'A body that goes into the database whole also sets `role`, `balance` or `ownerId`.',
  effects: { safety: 'Users make themselves administrators.' },
  fix: {
    say: 'Name the fields that may be changed.',
    code: { any: 'const { name, address } = profileSchema.parse(req.body)\nawait user.update({ name, address })' },
  },
  sources: ['https://cheatsheetseries.owasp.org/cheatsheets/Mass_Assignment_Cheat_Sheet.html'],
  *find(codebase) {
    for (const query of codebase.queries) {
      if (query.file.kind !== 'production' || !/insert|update/.test(query.kind)) continue
      for (const data of dataOf(query))
        yield* weighed(wholeBody(codebase, data, query.file, query.call), codebase, query.model)
      yield* roleFields(codebase, query)
    }
    for (const file of codebase.production) {
      for (const { call, name, data } of constructions(file))
        if (isModel(codebase, name)) yield* weighed(wholeBody(codebase, data, file, call), codebase, name)
    }
    for (const { call, file } of codebase.index.named(/^(Object\.assign|lodash\.(assign|extend|merge))$/)) {
      const target = call.arguments[0]
      const value = call.arguments[1]
      if (
        !target ||
        !value ||
        target.type === 'ObjectExpression' ||
        !(
          /^(user|account|doc|entity|model|product|post|order|item|record|\w*User|existing)$/i.test(
            file.text.slice(target.start, target.end),
          ) || isSavedAfter(target, call, file)
        )
      )
        continue
      yield* wholeBody(codebase, value, file, call)
    }
    yield* ownerFromBody(codebase)
  },
}

/** Nobody becomes an administrator by a record that says nothing of who may do what. */
function* weighed(matches: Iterable<Match>, codebase: Codebase, model: string | undefined): Iterable<Match> {
  const entity = codebase.entities.find((item) => item.name.toLowerCase() === model?.toLowerCase())
  const grants = entity
    ? entity.fields.some((field) => privileged.test(field.name) || owners.test(field.name))
    : model === undefined || isAccountModel(model)
  for (const match of matches) yield grants || match.severity ? match : { ...match, severity: 'medium' }
}

/** `Object.assign(found, body)`, and the record, or what the call gives back, is saved. */
function isSavedAfter(target: Node, call: Node, file: SourceFile): boolean {
  const around = functionAround(call)
  if (target.type !== 'Identifier' || !around) return false
  const holder =
    call.parent?.type === 'VariableDeclarator' && call.parent.id.type === 'Identifier'
      ? call.parent.id.name
      : target.name
  const after = file.text.slice(call.end, around.end)
  return [target.name, holder].some((name) =>
    new RegExp(String.raw`\b(save|persist\w*)\(\s*${name}\b|\b${name}\.save\(`).test(after),
  )
}

/** `new User(data)`. */
const constructions = once((file: SourceFile) =>
  file.calls.flatMap((call): { call: CallNode; name: string; data: Node }[] => {
    if (call.callee.type !== 'Identifier') return []
    const data = call.arguments[0]
    // Mongoose makes a document without `new` too: `usersModel(req.body)`.
    if (call.type === 'CallExpression')
      return data && call.callee.name.endsWith('Model') ? [{ call, name: call.callee.name, data }] : []
    return data && /^(?!(Set|Map|Date|URL|Array|Promise|Error)$)[A-Z]/.test(call.callee.name)
      ? [{ call, name: call.callee.name, data }]
      : []
  }),
)

function dataOf(query: Query): Node[] {
  const [first, second] = query.call.arguments
  const given = chainedValues(query)
  if (given) return [given]
  const made = first?.type === 'Identifier' && query.method === 'save' ? madeFrom(first, query.file) : undefined
  if (made) return [made]
  if (query.kind === 'insert') return first ? [first] : []
  if (/^(findByIdAndUpdate|findOneAndUpdate|updateOne|updateMany|findOneAndReplace|replaceOne)$/.test(query.method))
    return second ? [second] : []
  return [...(first ? [first] : []), ...(second ? [second] : [])]
}

/** `const post = repository.create(body)`, and then `repository.save(post)`. */
function madeFrom(saved: Of<'Identifier'>, file: SourceFile): Node | undefined {
  const init = lookUp(file.scopes, saved, saved.name)?.init
  const call = init && unwrap(init.type === 'AwaitExpression' ? init.argument : init)
  if (call?.type !== 'CallExpression' || call.callee.type !== 'MemberExpression') return undefined
  const name = keyOf(call.callee)
  if (name === 'create' || name === 'preload') return call.arguments[0]
  return name === 'merge' ? call.arguments[1] : undefined
}

/** The data of `db.insert(table).values(data)` and `db.update(table).set(data)`. */
function chainedValues(query: Query): Node | undefined {
  const member = query.call.parent
  if (member?.type !== 'MemberExpression' || !/^(values|set)$/.test(keyOf(member) ?? '')) return undefined
  return member.parent?.type === 'CallExpression' ? member.parent.arguments[0] : undefined
}

function* wholeBody(codebase: Codebase, data: Node, file: SourceFile, call: Node): Iterable<Match> {
  const value = unwrap(data)
  const parts =
    value.type === 'ObjectExpression'
      ? value.properties.filter(
          (property) => property.type === 'SpreadElement' || /^(data|\$set)$/.test(keyOf(property) ?? ''),
        )
      : [value]
  if (value.type === 'ObjectExpression') yield* overwritten(codebase, value, file)
  for (const part of parts) {
    const inner = part.type === 'Property' ? part.value : part
    if (part.type === 'Property' && inner.type === 'ObjectExpression') {
      yield* wholeBody(codebase, inner, file, call)
      continue
    }
    if (!/^(Identifier|MemberExpression|SpreadElement|CallExpression)$/.test(inner.type)) continue
    const trace = codebase.flow.trace(inner, file)
    if (!trace || !isWhole(trace, codebase) || trace.inText || trace.marks.size > 0) continue
    const named = isValidated(codebase, trace)
    if ((named && !letsMoreThrough(codebase, trace)) || isChecked(trace, call, file)) continue
    yield {
      file,
      node: call,
      ...(named ? { severity: 'medium' as const, confidence: 'medium' as const } : {}),
      ...(isClosed(trace, codebase) ? { severity: 'medium' as const } : {}),
      message: `${sourceText(trace, file, call)} goes into the database whole${named ? ', with fields its class does not name: the pipe has no `whitelist`' : ''}.`,
      steps: trace.steps,
    }
    return
  }
}

/** Only those with a role of their own may call it. */
function isClosed(trace: Trace, codebase: Codebase): boolean {
  const routes = routesOf(codebase, trace.handler?.node)
  return routes.length > 0 && routes.every((route) => route.chain.slice(0, -1).some((step) => isRoleStep(step)))
}

const owners = /^(user|owner|author|account|customer|creator)_?(id)?$|^(role|is_?admin|tenant_?id)$/i

/** `{ userId, ...input }`: what is spread after a field takes its place. */
function* overwritten(codebase: Codebase, data: Of<'ObjectExpression'>, file: SourceFile): Iterable<Match> {
  const [first] = data.properties
  if (first?.type !== 'Property' || !owners.test(keyOf(first) ?? '')) return
  const spread = data.properties.find((property) => property.type === 'SpreadElement')
  const trace = spread?.type === 'SpreadElement' ? codebase.flow.trace(spread.argument, file) : undefined
  if (!spread || trace?.kind !== 'arguments' || trace.keys.length > 0) return
  const message = `\`${keyOf(first)}\` is set first, and ${sourceText(trace, file, spread)} may overwrite it.`
  yield { file, node: spread, severity: 'medium', confidence: 'medium', message, steps: trace.steps }
}

/** NestJS's pipe checks the fields a class names, and only with `whitelist` drops the others. */
function letsMoreThrough(codebase: Codebase, trace: Trace): boolean {
  const { handler } = trace
  if (!handler || /Pipe\b/.test(handler.file.text.slice(handler.node.start, handler.node.body?.start))) return false
  return handler.framework === 'nest' && trace.kind === 'body' && !trace.marks.has('parsed') && hasOpenPipe(codebase)
}

const hasOpenPipe = onceFor((codebase: Codebase) => {
  const pipes = codebase.index.named(/^@nestjs\/common\.ValidationPipe$/)
  return (
    pipes.length > 0 &&
    pipes.every(({ call }) => {
      const [options] = call.arguments
      return (
        !options || (options.type === 'ObjectExpression' && !hasSpread(options) && !propertyOf(options, 'whitelist'))
      )
    })
  )
})

/** The body itself, or a GraphQL input whose type lets the caller set a privileged field. */
function isWhole(trace: Trace, codebase: Codebase): boolean {
  if (trace.kind === 'body') return trace.keys.length === 0
  if (trace.kind !== 'arguments' || trace.keys.length > 1 || /id$/i.test(trace.keys[0] ?? '')) return false
  const inputs = inputsOf(codebase.texts)
  const named = fieldTypes(trace, codebase).filter((name) => inputs.has(name))
  return named.length > 0 ? named.some((name) => inputs.get(name)) : [...inputs.values()].includes(true)
}

/** The types that the schema gives the arguments of the field a resolver answers; GraphQL lets no other field through. */
function fieldTypes({ handler }: Trace, codebase: Codebase): string[] {
  const holder = handler?.node.parent
  const field = holder?.type === 'Property' || holder?.type === 'MethodDefinition' ? keyOf(holder) : undefined
  return field === undefined ? [] : (typesOfFields(codebase.texts).get(field) ?? [])
}

const typesOfFields = onceFor((texts: Codebase['texts']) => {
  const found = new Map<string, string[]>()
  for (const [path, text] of texts) {
    if (!/\.(graphqls?|gql|[cm]?[jt]s)$/.test(path) || !/\b(Mutation|Query)\b/.test(text)) continue
    for (const match of text.matchAll(/^\s*(\w+)\s*\(([^)]*)\)\s*:/gm)) {
      const types = [...(match[2] ?? '').matchAll(/:\s*\[?(\w+)/g)].map((type) => type[1] ?? '')
      found.set(match[1] ?? '', [...(found.get(match[1] ?? '') ?? []), ...types])
    }
  }
  return found
})

/** Input types of the schema, and whether a caller may set a privileged field with one. */
const inputsOf = onceFor(
  (texts: Codebase['texts']) =>
    new Map(
      [...texts.values()].flatMap((text) =>
        [...text.matchAll(/^\s*(?:extend\s+)?input\s+(\w+)[^{]*\{([^}]*)\}/gm)].map((match): [string, boolean] => [
          match[1] ?? '',
          (match[2] ?? '').split(/[\s,]+/).some((word) => word.endsWith(':') && privileged.test(word.slice(0, -1))),
        ]),
      ),
    ),
)

function* roleFields(codebase: Codebase, query: Query): Iterable<Match> {
  for (const data of dataOf(query)) {
    const fields = data.type === 'ObjectExpression' ? data.properties : []
    for (const property of fields) {
      if (property.type !== 'Property' || !privileged.test(keyOf(property) ?? '')) continue
      const trace = codebase.flow.trace(property.value, query.file)
      if (!trace || !/^(body|query|arguments)$/.test(trace.kind) || isValidated(codebase, trace)) continue
      yield {
        file: query.file,
        node: property,
        line: trace.source.file === query.file ? trace.source.line : lineOf(property, query.file),
        message: `\`${keyOf(property)}\` is set from ${sourceText(trace, query.file, property)}.`,
        steps: trace.steps,
      }
    }
  }
  const saved = query.call.arguments[0]
  if (saved?.type !== 'Identifier') return
  for (const assignment of query.file.assignments) {
    const left = assignment.left
    if (
      left.type !== 'MemberExpression' ||
      left.object.type !== 'Identifier' ||
      left.object.name !== saved.name ||
      !privileged.test(keyOf(left) ?? '')
    )
      continue
    const trace = codebase.flow.trace(assignment.right, query.file)
    if (trace && /^(body|query)$/.test(trace.kind) && !isValidated(codebase, trace)) {
      yield {
        file: query.file,
        node: assignment,
        message: `\`${keyOf(left)}\` is set from ${sourceText(trace, query.file, assignment)}.`,
        steps: trace.steps,
      }
    }
  }
}

const ownersIn = once((file: SourceFile) =>
  file.declarators.flatMap((declarator) => {
    const { id, init } = declarator
    if (id.type !== 'ObjectPattern' || !init || !/^req(uest)?\.body$/.test(file.text.slice(init.start, init.end)))
      return []
    const owner = id.properties.find(
      (property) =>
        property.type === 'Property' &&
        /^(user_?id|owner_?id|account_?id|role|is_?admin)$/i.test(keyOf(property) ?? ''),
    )
    return owner ? [{ declarator, init, owner }] : []
  }),
)

/** Middleware writes it over what came: `req.body.userId = req.session.user.id`. */
function isSetByServer(codebase: Codebase, owner: Node): boolean {
  const key = owner.type === 'Property' ? keyOf(owner) : undefined
  return key !== undefined && codebase.production.some((file) => writtenToBody(file).has(key))
}

const writtenToBody = once(
  (file: SourceFile) =>
    new Set(
      file.assignments.flatMap(({ left }) =>
        left.type === 'MemberExpression' && /^(req|request)\.body$/.test(pathOf(left.object))
          ? (keyOf(left) ?? [])
          : [],
      ),
    ),
)

/** `const { userId } = req.body` in a handler that writes: whose data it is should come from the session. */
function* ownerFromBody(codebase: Codebase): Iterable<Match> {
  for (const file of codebase.production) {
    for (const { declarator, init, owner } of ownersIn(file)) {
      const trace = codebase.flow.trace(init, file)
      const around = trace?.handler
      if (
        !trace ||
        !around ||
        isValidated(codebase, trace) ||
        isSetByServer(codebase, owner) ||
        !/update|save|insert|create/i.test(file.text.slice(declarator.end, around.node.end))
      )
        continue
      if (/log-?in|token|reset/i.test(file.text.slice(around.node.start - 80, around.node.start))) continue
      yield {
        file,
        node: owner,
        confidence: 'medium',
        severity: 'medium',
        message: `\`${keyOf(owner)}\` is taken from the body and written.`,
      }
    }
  }
}

const modelsAsked = onceFor((queries: Codebase['queries']) => new Set(queries.map(({ model }) => model)))

function isModel(codebase: Codebase, name: string): boolean {
  if (/^[a-z]\w*Model$/.test(name)) return codebase.queries.some((query) => query.model === name)
  return (
    /^[A-Z]/.test(name) &&
    (codebase.entities.some((entity) => entity.name.toLowerCase().startsWith(name.toLowerCase())) ||
      modelsAsked(codebase.queries).has(name))
  )
}
