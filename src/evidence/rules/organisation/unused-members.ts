import type { Codebase } from '../../codebase.ts'
import { ancestor, isClass, isFunction, keyOf, type ClassNode, type Node } from '../../parse/ast.ts'
import { once } from '../../parse/once.ts'
import type { SourceFile } from '../../parse/source-file.ts'
import { answersRequests } from '../places.ts'
import type { Match, Rule } from '../rule.ts'

export const unusedMembers: Rule = {
  id: 'unused-members',
  category: 'dead-code',
  severity: 'info',
  confidence: 'medium',
  title: 'Nothing calls a function of a class or module',
  why: 'It is read, updated and tested for nothing, and people think that what it does is done.',
  effects: { maintenance: 'More to read.' },
  fix: { say: 'Remove it, or call it where it was meant.', code: { any: 'npx knip --include classMembers' } },
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
    yield* unusedFiles(codebase)
  },
}

function isOfServer(file: SourceFile): boolean {
  return (
    !/\.[jt]sx$|(^|\/)(public|static|assets|vendors?|migrations?|seeds?|cli|scripts?|config)\//i.test(file.path) &&
    file.cutLines.length === 0
  )
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

/** Methods of classes that extend nothing, and functions of objects that a file exports. */
const membersIn = once((file: SourceFile): Named[] =>
  file.functions.flatMap((node): Named[] => {
    const holder = node.parent
    if (holder?.type === 'MethodDefinition') {
      const owner = ancestor(holder, isClass)
      const name = keyOf(holder)
      const isPlain = holder.kind === 'method' && !holder.computed && holder.decorators.length === 0
      return isPlain && name !== undefined && isClass(owner) && mayBeUnused(owner, name) ? [{ name, node: holder }] : []
    }
    if (holder?.type !== 'Property' || holder.value !== node || holder.computed || holder.kind !== 'init') return []
    const name = keyOf(holder)
    if (/graphql|resolver/i.test(file.path) || file.text.includes('graphql')) return []
    return name !== undefined && isExportedObject(holder.parent) && !known.test(name) && /^[a-z]\w+$/i.test(name)
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

function isExportedObject(node: Node | null | undefined): boolean {
  if (node?.type !== 'ObjectExpression') return false
  const holder = node.parent
  if (holder?.type === 'ExportDefaultDeclaration') return true
  return (
    holder?.type === 'AssignmentExpression' &&
    holder.left.type === 'MemberExpression' &&
    keyOf(holder.left) === 'exports'
  )
}

/** Whether a name stands more than once in all files, or in a text that is not code of the project: a view or a schema. */
function namesOf(codebase: Codebase): (name: string) => boolean {
  const sources = [...codebase.sources.values()]
  const others = [...codebase.texts].filter(
    ([path]) =>
      !codebase.sources.has(path) &&
      /\.(ejs|pug|hbs|html|graphql|gql|vue|svelte|ya?ml|[cm]?[jt]sx?|njk|twig|handlebars|mustache)$/.test(path),
  )
  return (name) => {
    for (const file of sources) {
      if (!file.text.includes(name)) continue
      if ((file.names.get(name) ?? 0) > (definedIn(file).get(name) ?? 0) || isQuoted(file, name)) return true
    }
    return others.some(([, text]) => text.includes(name))
  }
}

/** How often a file defines a function of a class or an object by each name; test doubles define too. */
const definedIn = once((file: SourceFile) => {
  const found = new Map<string, number>()
  const count = (node: Node) => {
    const name = keyOf(node)
    if (name !== undefined) found.set(name, (found.get(name) ?? 0) + 1)
  }
  for (const node of file.functions) {
    const holder = node.parent
    if (holder?.type === 'MethodDefinition' || (holder?.type === 'Property' && holder.value === node)) count(holder)
  }
  for (const property of file.properties)
    if (file.kind === 'test' && property.value.type === 'CallExpression') count(property)
  return found
})

/** `this[name]`, routes and events name functions in texts. */
function isQuoted({ text }: SourceFile, name: string): boolean {
  return [`'${name}'`, `"${name}"`, `\`${name}\``, `.${name}'`, `@${name}'`].some((quoted) => text.includes(quoted))
}

/** What libraries find by a pattern of paths. */
const loadedByPattern =
  /\.(entity|model|schema|migration|subscriber|resolver|controller|module|job|task|seed|factory|command|listener)\.[cm]?[jt]s$|(^|\/)(entities|models?|migrations|subscribers|jobs|commands|listeners|plugins|routes|api|pages|functions|lambdas?)\//i

/** Files that only declare, that nothing imports, and whose names stand nowhere else. */
function* unusedFiles(codebase: Codebase): Iterable<Match> {
  const globs = codebase.production.some(({ text }) =>
    /readdirSync|readdir\(|glob\(|globby|fast-glob|require-?all|importAll|autoload/i.test(text),
  )
  if (globs) return
  for (const file of codebase.production) {
    if (
      !isOfServer(file) ||
      loadedByPattern.test(file.path) ||
      (codebase.modules.importersOf.get(file.path)?.length ?? 0) > 0 ||
      file.exports.length === 0
    )
      continue
    const onlyDeclares = file.program.body.every((statement) =>
      /^(ImportDeclaration|Export\w+Declaration|FunctionDeclaration|ClassDeclaration|TS\w+Declaration)$/.test(
        statement.type,
      ),
    )
    const names = file.exports.flatMap(declaredNames)
    const [first] = file.exports
    if (!onlyDeclares || !first || names.length === 0 || names.some((name) => isElsewhere(name, file, codebase)))
      continue
    const stem = file.path.replace(/^.*\//, '').replace(/(\.[cm]?[jt]s)$/, '')
    if (
      [...codebase.texts].some(
        ([path, text]) => path !== file.path && /\.(json|ya?ml|[cm]?[jt]s)$/.test(path) && text.includes(stem),
      )
    )
      continue
    yield {
      file,
      node: first,
      message: `Nothing imports this file: ${names.map((name) => `\`${name}\``).join(', ')} ${names.length > 1 ? 'are' : 'is'} never used.`,
    }
  }
}

function isElsewhere(name: string, file: SourceFile, codebase: Codebase): boolean {
  if (file.names.get(name) !== 1 && /^[a-z]/.test(name)) return true
  return [...codebase.sources.values()].some(
    (other) => other !== file && other.text.includes(name) && (other.names.has(name) || isQuoted(other, name)),
  )
}

function declaredNames(node: Node): string[] {
  if (node.type !== 'ExportNamedDeclaration' && node.type !== 'ExportDefaultDeclaration') return []
  const { declaration } = node
  if (!declaration) return []
  if ((isFunction(declaration) || isClass(declaration)) && declaration.id) return [declaration.id.name]
  if (declaration.type === 'VariableDeclaration')
    return declaration.declarations.flatMap(({ id }) => (id.type === 'Identifier' ? [id.name] : []))
  return []
}
