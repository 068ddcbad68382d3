import { functionAround, isClass, parameterName, type FunctionNode, type Node, type Of } from '../../parse/ast.ts'
import { isRequire, requiresIn } from '../../facts/imports.ts'
import { mentionsOf } from '../../parse/mentions.ts'
import { atOnce } from '../../parse/once.ts'
import { isMentioned, type SourceFile } from '../../parse/source-file.ts'
import type { Match, Rule } from '../rule.ts'

export const unused: Rule = {
  id: 'unused',
  category: 'unused',
  severity: 'info',
  confidence: 'high',
  title: 'Something is declared and never used',
  why: 'Readers look for what it is for; imports also cost start-up time.',
  effects: { maintenance: 'Noise.' },
  fix: { say: 'Remove it.', code: { any: 'npx knip' } },
  sources: ['https://knip.dev/', 'https://eslint.org/docs/latest/rules/no-unused-vars'],
  *find(codebase) {
    for (const file of codebase.withTypes) {
      for (const { names, node, what } of unusedIn(file)) yield { file, node, message: sentence(what, names) }
    }
  },
}

type Found = { names: readonly string[]; node: Node; what: string }

function sentence(what: string, names: readonly string[]): Match['message'] {
  const list = names.map((name) => `\`${name}\``).join(', ')
  return names.length === 1 ? `${what} ${list} is never used.` : `${what}s ${list} are never used.`
}

const unusedIn = atOnce((file: SourceFile): Found[] => {
  // A name imported by name is there twice: as what is imported and as what it is called here.
  if (file.outline?.typesOnly && !file.outline.namesImports) return []
  return [...imports(file), ...variables(file), ...injected(file)]
})

function* imports(file: SourceFile): Iterable<Found> {
  for (const node of file.imports) {
    const idle = node.specifiers.filter((specifier) => isIdle(file, specifier.local.name, timesNamed(specifier)))
    const [first] = idle
    if (first) yield { names: idle.map((specifier) => specifier.local.name), node: first, what: 'The import' }
  }
  for (const call of requiresIn(file)) {
    const declarator = call.parent
    if (declarator?.type !== 'VariableDeclarator' || isExported(declarator)) continue
    const { id } = declarator
    if (id.type === 'Identifier' && isIdle(file, id.name, 1))
      yield { names: [id.name], node: declarator, what: 'The import' }
    if (id.type !== 'ObjectPattern') continue
    const idle = id.properties.filter((property) => isIdleProperty(property, file))
    const [first] = idle
    if (first) yield { names: idle.flatMap((property) => nameOf(property) ?? []), node: first, what: 'The import' }
  }
}

function timesNamed(specifier: Of<'ImportDeclaration'>['specifiers'][number]): number {
  if (specifier.type !== 'ImportSpecifier') return 1
  return specifier.imported.type === 'Identifier' && specifier.imported.name === specifier.local.name ? 2 : 1
}

function isIdle(file: SourceFile, name: string, mentions: number): boolean {
  return (file.names.get(name) ?? 0) <= mentions && !name.startsWith('_') && !/^(React|h|jsx)$/.test(name)
}

/** A shorthand pattern names its key and its value: two mentions that are one. */
function isIdleProperty(property: Of<'ObjectPattern'>['properties'][number], file: SourceFile): boolean {
  const name = nameOf(property)
  if (name === undefined || property.type !== 'Property' || name.startsWith('_')) return false
  return property.shorthand
    ? (file.names.get(name) ?? 0) <= 2 && !isMentioned(file, name, property.end, file.text.length)
    : isIdle(file, name, 1)
}

function nameOf(property: Of<'ObjectPattern'>['properties'][number]): string | undefined {
  return property.type === 'Property' && property.value.type === 'Identifier' ? property.value.name : undefined
}

function isExported(declarator: Node): boolean {
  return declarator.parent?.parent?.type === 'ExportNamedDeclaration'
}

function* variables(file: SourceFile): Iterable<Found> {
  for (const declarator of file.declarators) {
    const { id, init } = declarator
    if (!init || isExported(declarator) || (init.type === 'CallExpression' && isRequire(init, file))) continue
    const around = functionAround(declarator)
    if (id.type === 'Identifier') {
      if (id.name.startsWith('_') || !isIdleIn(file, id.name, declarator, around)) continue
      yield { names: [id.name], node: declarator, what: 'The variable' }
    } else if (id.type === 'ObjectPattern' && around && !id.properties.some(({ type }) => type === 'RestElement')) {
      const idle = id.properties.filter((property) => {
        const name = nameOf(property)
        return name !== undefined && !name.startsWith('_') && isIdleIn(file, name, declarator, around)
      })
      const [first] = idle
      if (first) yield { names: idle.flatMap((property) => nameOf(property) ?? []), node: first, what: 'The variable' }
    }
  }
}

/** Whether nothing in the function, or for those at the top in the file, says the name but its declaration. */
function isIdleIn(file: SourceFile, name: string, declarator: Node, around: FunctionNode | undefined): boolean {
  if (!around) return (file.names.get(name) ?? 0) <= 1
  return (
    !isMentioned(file, name, declarator.end, around.end) &&
    !isMentioned(file, name, around.start, declarator.start) &&
    mentionsOf(name, declarator).length === 1
  )
}

/** `constructor(private readonly mailer: Mailer)` of a class that never asks for it. */
function* injected(file: SourceFile): Iterable<Found> {
  for (const node of file.classes) {
    for (const member of node.body.body) {
      if (member.type !== 'MethodDefinition' || member.kind !== 'constructor') continue
      for (const parameter of member.value.params) {
        if (parameter.type !== 'TSParameterProperty' || parameter.accessibility !== 'private') continue
        const name = parameterName(parameter)?.name
        if (name === undefined || name.startsWith('_') || !isClass(node)) continue
        if (isMentioned(file, name, parameter.end, node.end) || isMentioned(file, name, node.start, parameter.start))
          continue
        yield { names: [name], node: parameter, what: 'What is injected as' }
      }
    }
  }
}
