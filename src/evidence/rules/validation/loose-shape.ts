import type { Codebase } from '../../codebase.ts'
import { decoratorCall, decoratorName, decoratorsOf, type Handler } from '../../facts/handlers.ts'
import {
  ancestor,
  isFunction,
  keyOf,
  literalText,
  parameterName,
  pathOf,
  propertyOf,
  type ClassNode,
  type Node,
  type Of,
} from '../../parse/ast.ts'
import { once, onceFor } from '../../parse/once.ts'
import { lookUp } from '../../parse/scopes.ts'
import type { SourceFile } from '../../parse/source-file.ts'
import { importsPackage, lineOf, purposeOf } from '../places.ts'
import type { Match, Rule } from '../rule.ts'

export const looseShape: Rule = {
  id: 'loose-shape',
  category: 'missing-validation',
  severity: 'low',
  confidence: 'medium',
  title: 'A check lets through what makes no sense',
  why: 'A shape that names a field without its limits reads as if the input were checked, and takes a price below zero, a page of a million rows, or an object in place of a text.',
  effects: {
    safety: 'Amounts below zero turn payments around.',
    maintenance: 'What a field may hold is written nowhere.',
  },
  fix: {
    say: 'Say what the field must be, and between which limits.',
    code: {
      any: 'const item = z.object({ price: z.number().positive().max(100_000), quantity: z.number().int().min(1).max(99) })',
      NestJS: '@IsInt()\n@Min(1)\n@Max(100)\nlimit = 20',
    },
  },
  sources: ['https://cheatsheetseries.owasp.org/cheatsheets/Input_Validation_Cheat_Sheet.html'],
  *find(codebase) {
    for (const file of codebase.production) yield* inSchemas(file)
    const inputs = inputClasses(codebase)
    for (const file of codebase.production) {
      for (const node of file.classes) {
        if (isBareInput(node, file)) yield* bareInput(node, file)
        else if (inputs.has(node) && usesClassValidator(file)) yield* looseFields(node, file)
      }
    }
    yield* shapesNobodyChecks(codebase)
    yield* pipes(codebase)
  },
}

const neverNegative =
  /^((unit|sale|custom|total|base|regular|net|gross)_?)?(price|amount|cost)$|^(quantity|qty|stock|discount|rating|stars|fee|salary)$/i
const pageSizes = /^(limit|take|page_?size|per_?page|count|first)$/i

/** `price: z.number()` or `Joi.number()` without a limit below; the first of a file stands for all. */
const inSchemas = once((file: SourceFile): readonly Match[] => {
  const [first, ...rest] = file.properties.filter((property) => isOpenNumber(property, file))
  if (!first) return []
  const also = rest.map((property) => ({ path: file.path, line: lineOf(property, file) }))
  return [{ file, node: first, message: `\`${keyOf(first)}\` may be below zero.`, also }]
})

function isOpenNumber(property: Of<'Property'>, file: SourceFile): boolean {
  if (!neverNegative.test(keyOf(property) ?? '') || property.value.type !== 'CallExpression') return false
  const text = file.text.slice(property.value.start, property.value.end)
  if (!/^(z|zod|[jJ]oi|[yY]up)\s*\.\s*(coerce\s*\.\s*)?number\(/.test(text)) return false
  return (
    !/\.(min|max|positive|nonnegative|gte?|greater|moreThan|refine|custom|test|valid|transform|superRefine|oneOf)\(/.test(
      text,
    ) && isOfInput(property, file)
  )
}

/** A shape that is sent, stored or read from a setting is no input. */
function isOfInput(node: Node, file: SourceFile): boolean {
  const holder = ancestor(node, (at) => at.type === 'VariableDeclarator' || isFunction(at))
  const name = holder?.type === 'VariableDeclarator' ? file.text.slice(holder.id.start, holder.id.end) : ''
  return !/response|reply|result|output|answer|row|entity|record|model|event|\bdb|config|setting|summary/i.test(
    name + file.path,
  )
}

/** Classes that a parameter of a handler is typed with, and those nested in them or above them. */
const inputClasses = onceFor((codebase: Codebase): ReadonlySet<ClassNode> => {
  const found = new Set<ClassNode>()
  const add = (node: Node | undefined, file: SourceFile, depth: number): void => {
    const meaning = node && codebase.meanings.of(node, file)
    if (meaning?.kind !== 'class' || found.has(meaning.node) || depth > 3) return
    found.add(meaning.node)
    add(meaning.node.superClass ?? undefined, meaning.file, depth + 1)
    for (const field of fieldsOf(meaning.node)) {
      const type = decoratorsOf(field).find((decorator) => decoratorName(decorator) === 'Type')
      const given = type && decoratorCall(type)?.arguments[0]
      if (isFunction(given) && given.body?.type === 'Identifier') add(given.body, meaning.file, depth + 1)
    }
  }
  for (const { node, file, inputs } of codebase.web.handlers.values()) {
    for (const parameter of node.params) {
      const type = annotationOf(parameter)
      const isInput = inputs.has(parameterName(parameter)?.name ?? '') || parameter.type === 'ObjectPattern'
      if (isInput && type?.type === 'TSTypeReference' && type.typeName.type === 'Identifier') {
        const binding = lookUp(file.scopes, node, type.typeName.name)
        const shape = binding && codebase.meanings.ofBinding(binding, file)
        if (shape?.kind === 'class') add(shape.node, shape.file, 0)
      }
    }
  }
  return found
})

function annotationOf(parameter: Node): Node | undefined {
  const named = parameter.type === 'ObjectPattern' ? parameter : parameterName(parameter)
  return named?.typeAnnotation?.typeAnnotation
}

function fieldsOf(node: ClassNode): Of<'PropertyDefinition'>[] {
  return node.body.body.flatMap((member) => (member.type === 'PropertyDefinition' ? [member] : []))
}

const kinds =
  /^(Is[A-Z]\w*|Validate\w*|Matches|Length|MinLength|MaxLength|Min|Max|Equals|Allow|Array[A-Z]\w*|Contains|\w*(Match|Exist|Unique|Valid)\w*)$/
const presence = /^(IsOptional|IsNotEmpty|IsDefined)$/

function* looseFields(node: ClassNode, file: SourceFile): Iterable<Match> {
  const fields = fieldsOf(node).map((field) => ({
    field,
    name: keyOf(field) ?? '',
    says: decoratorsOf(field).map(decoratorName),
  }))
  for (const { field, name, says } of fields) {
    if (!says.some((item) => /^Is(Number|Int|Decimal|NumberString)$/.test(item))) continue
    const place = { file, node: field, line: lineOf(field.key, file) }
    if (
      neverNegative.test(name) &&
      !says.some((item) => /Min|Positive|Range|In$|Validate|Matches|Max|Length/.test(item))
    )
      yield { ...place, message: `\`${name}\` may be below zero.` }
    else if (pageSizes.test(name) && !says.some((item) => /Max|Range|In$|Validate|Matches/.test(item)))
      yield { ...place, message: `\`${name}\` may be as large as the caller likes.` }
  }
  const loose = fields.find(
    ({ field, name, says }) =>
      name !== '' &&
      /[:|]\s*(string|number|boolean)\b(?!\[)/.test(file.text.slice(field.key.end, field.end)) &&
      says.some((item) => presence.test(item)) &&
      !says.some((item) => kinds.test(item) && !presence.test(item)),
  )
  if (loose)
    yield {
      file,
      node: loose.field,
      line: lineOf(loose.field.key, file),
      message: `\`${loose.name}\` must be there or not; what it must be is not said.`,
    }
}

function usesClassValidator(file: SourceFile): boolean {
  return file.imports.some(({ source }) => source.value === 'class-validator')
}

/** GraphQL inputs that only the type system looks at. */
function isBareInput(node: ClassNode, file: SourceFile): boolean {
  return (
    !node.superClass &&
    !usesClassValidator(file) &&
    !/where|filter|order|sort|find|search/i.test(node.id?.name ?? '') &&
    node.decorators.some((decorator) => /^(InputType|ArgsType)$/.test(decoratorName(decorator)))
  )
}

function* bareInput(node: ClassNode, file: SourceFile): Iterable<Match> {
  const at = fieldsOf(node).find((field) => /:\s*string\b/.test(file.text.slice(field.start, field.end)))
  if (at)
    yield {
      file,
      node: at,
      line: lineOf(at, file),
      message: `Texts of \`${node.id?.name ?? 'the input'}\` may be empty or of any length: GraphQL checks only that they are texts.`,
    }
}

/** `@Body() body: { status: string }`: the type is gone when the request comes, so the pipe has nothing to check. */
function* shapesNobodyChecks(codebase: Codebase): Iterable<Match> {
  if (!importsPackage(codebase, /^class-validator$/)) return
  for (const handler of codebase.web.handlers.values()) {
    // What another service sends, it signs.
    if (handler.framework !== 'nest' || /webhook/i.test(`${handler.file.path} ${purposeOf(codebase, handler.node)}`))
      continue
    for (const parameter of handler.node.params) {
      const place = uncheckable(parameter, handler, codebase)
      if (place)
        yield {
          file: handler.file,
          node: parameter,
          line: lineOf(parameter, handler.file),
          severity: 'medium',
          message: `${place}: at run time there is no such type, and the pipe checks nothing.`,
        }
    }
  }
}

function uncheckable(parameter: Node, handler: Handler, codebase: Codebase): string | undefined {
  const name = parameterName(parameter)
  if (!name || handler.inputs.get(name.name) !== 'Body') return undefined
  const decorators =
    parameter.type === 'TSParameterProperty' ? [] : ('decorators' in parameter && parameter.decorators) || []
  // `@Body('name')` takes one field, `@Body(pipe)` checks by itself.
  if (!decorators.some((item) => decoratorName(item) === 'Body' && decoratorCall(item)?.arguments.length === 0))
    return undefined
  const type = name.typeAnnotation?.typeAnnotation
  if (type?.type === 'TSTypeLiteral') return 'The body’s type is written in place'
  if (type?.type === 'TSAnyKeyword' || type === undefined) return 'The body may be anything'
  if (type.type === 'TSTypeReference' && /^(Partial|Record|Omit|Pick|Required)$/.test(pathOf(type.typeName)))
    return `The body is a \`${pathOf(type.typeName)}\``
  if (type.type !== 'TSTypeReference') return undefined
  return codebase.meanings.of(type.typeName, handler.file).kind === 'type'
    ? `\`${pathOf(type.typeName)}\` is an interface`
    : undefined
}

/** No pipe at all, or one that lets fields pass that no class names. */
function* pipes(codebase: Codebase): Iterable<Match> {
  const [start] = codebase.index.named(/^@nestjs\/core\.NestFactory\.create$/)
  if (!start || !takesBodies(codebase)) return
  const made = codebase.index.named(/^@nestjs\/common\.ValidationPipe$/)
  if (made.length === 0) {
    if (codebase.production.some((file) => /Pipe\b/.test(file.text) && /zod|joi|yup|valid|schema/i.test(file.text)))
      return
    yield {
      file: start.file,
      node: start.call,
      severity: 'medium',
      message: 'No `ValidationPipe` stands before the controllers: bodies are taken as they come.',
    }
    return
  }
  for (const { call, file } of made) {
    const [options] = call.arguments
    if (options && options.type !== 'ObjectExpression') continue
    if (propertyOf(options, 'whitelist') || propertyOf(options, 'forbidNonWhitelisted')) continue
    if (options && file.text.slice(options.start, options.end).includes('...')) continue
    if (made.some((other) => literalText(propertyOf(other.call.arguments[0], 'whitelist')) === 'true')) return
    yield {
      file,
      node: call,
      message:
        'Without `whitelist`, fields that no class names pass through, into the database where a body is stored whole.',
    }
    return
  }
}

function takesBodies(codebase: Codebase): boolean {
  for (const handler of codebase.web.handlers.values())
    if (handler.framework === 'nest' && [...handler.inputs.values()].includes('Body')) return true
  return false
}
