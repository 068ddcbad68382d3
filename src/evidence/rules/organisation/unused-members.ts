import type { Codebase } from '../../codebase.ts'
import { ancestor, isClass, keyOf, type ClassNode, type Node } from '../../parse/ast.ts'
import { once } from '../../parse/once.ts'
import type { SourceFile } from '../../parse/source-file.ts'
import { answersRequests } from '../places.ts'
import type { Rule } from '../rule.ts'
import { unusedExports } from './unused-members/exports.ts'
import { isOfServer, unusedFiles } from './unused-members/files.ts'
import { namesOf } from './unused-members/names.ts'

export const unusedMembers: Rule = {
  id: 'unused-members',
  category: 'dead-code',
  severity: 'info',
  confidence: 'medium',
  title: 'Nothing calls a function of a class or module',
  why: 'It is read, updated and tested for nothing, and people think that what it does is done.',
  effects: { maintenance: 'More to read.' },
  fix: { say: 'Remove it, or call it where it was meant.', code: { any: 'npx knip' } },
  sources: ['https://knip.dev/'],
  limits:
    'Functions whose name stands nowhere else in the repository, and files that nothing imports; what a framework calls by name is left alone.',
  *find(codebase) {
    // What a library exports is for others to call.
    if (!answersRequests(codebase) || codebase.project.manifests.length > 1 || loadsByName(codebase)) return
    const isNamed = namesOf(codebase)
    for (const file of codebase.production) {
      if (!isOfServer(file)) continue
      for (const { name, node } of membersIn(file)) {
        if (!isNamed(name)) yield { file, node, message: `Nothing calls \`${name}\`: its name stands nowhere else.` }
      }
    }
    const files = [...unusedFiles(codebase)]
    yield* files
    yield* unusedExports(codebase, new Set(files.map(({ file }) => file.path)))
  },
}

/** Frameworks that look for methods by their names everywhere. */
function loadsByName(codebase: Codebase): boolean {
  return codebase.project.dependencies.some(({ name }) =>
    /^(sails|@strapi\/strapi|meteor|moleculer|@adonisjs\/core|@feathersjs\/feathers|electron|discord\.js|next|nuxt|@angular\/core|react|vue|svelte|ember-source|botkit|ember-cli|@keystonejs\/keystone|@keystone-6\/core|payload|directus)$/.test(
      name,
    ),
  )
}

type Named = { name: string; node: Node }

/** Methods of classes that extend nothing, functions of objects that a file exports, and those it exports one by one. */
const membersIn = once((file: SourceFile): Named[] =>
  file.functions.flatMap((node): Named[] => {
    const holder = node.parent
    if (holder?.type === 'MethodDefinition') {
      const owner = ancestor(holder, isClass)
      const name = keyOf(holder)
      const isPlain = holder.kind === 'method' && !holder.computed && holder.decorators.length === 0
      return isPlain && name !== undefined && isClass(owner) && mayBeUnused(owner, name) ? [{ name, node: holder }] : []
    }
    if (holder?.type === 'AssignmentExpression') {
      const name = exportedAs(holder.left)
      return name !== undefined && !known.test(name) ? [{ name, node }] : []
    }
    if (holder?.type !== 'Property' || holder.value !== node || holder.computed || holder.kind !== 'init') return []
    const name = keyOf(holder)
    if (/graphql|resolver/i.test(file.path) || file.text.includes('graphql')) return []
    return name !== undefined && isExportedObject(holder.parent, file) && !known.test(name) && /^[a-z]\w+$/i.test(name)
      ? [{ name, node: holder }]
      : []
  }),
)

function mayBeUnused(owner: ClassNode, name: string): boolean {
  if (owner.superClass || (owner.implements?.length ?? 0) > 0) {
    const parent = owner.superClass?.type === 'Identifier' ? owner.superClass.name : ''
    if (parent !== 'Repository' || (owner.implements?.length ?? 0) > 0) return false
  }
  return !known.test(name) && /^[a-z]\w+$/i.test(name)
}

/** What languages, libraries and frameworks call. */
const known =
  /^(constructor|toJSON|toString|valueOf|then|inspect|next|return|dispose|use|canActivate|intercept|transform|catch|validate\w*|on[A-Z]\w*|before\w*|after\w*|configure|register|boot\w*|init\w*|setup|run|start|stop|handle\w*|execute|up|down|render|get\w*Attribute|serialize\w*|deserialize\w*|resolve\w*|default|main|handler|fetch|process|perform|create\w*Options|forRoot\w*|forFeature\w*|log|error|warn|debug|verbose|info)$/

function isExportedObject(node: Node | null | undefined, file: SourceFile): boolean {
  if (node?.type !== 'ObjectExpression') return false
  const holder = node.parent
  if (holder?.type === 'ExportDefaultDeclaration') return true
  // What has a type is read by whoever asks for that type.
  if (holder?.type === 'VariableDeclarator' && holder.id.type === 'Identifier' && !holder.id.typeAnnotation)
    return holder.parent?.parent?.type === 'ExportNamedDeclaration' || exportedName(file) === holder.id.name
  return holder?.type === 'AssignmentExpression' && isExports(holder.left)
}

/** `export default service`, `module.exports = service` */
const exportedName = once((file: SourceFile) => {
  const given = file.exports.find((node) => node.type === 'ExportDefaultDeclaration')
  const whole = given?.type === 'ExportDefaultDeclaration' ? given.declaration : undefined
  const value = whole ?? file.assignments.find(({ left }) => isExports(left))?.right
  return value?.type === 'Identifier' ? value.name : undefined
})

/** `exports.list = …`, `module.exports.list = …` */
function exportedAs(node: Node): string | undefined {
  if (node.type !== 'MemberExpression' || node.computed) return undefined
  const isOfModule = isExports(node.object) || (node.object.type === 'Identifier' && node.object.name === 'exports')
  return isOfModule ? keyOf(node) : undefined
}

function isExports(node: Node): boolean {
  return node.type === 'MemberExpression' && keyOf(node) === 'exports'
}
