import { isFunction, literalText, parameterName, propertyOf, type Node, type Of } from '../parse/ast.ts'
import type { SourceFile } from '../parse/source-file.ts'
import type { Use } from './middleware.ts'
import { folderOf, joinPath } from './module-paths.ts'
import { stepsOf, type Step, type WebInputs } from './steps.ts'

type Plugin = Pick<Use, 'path' | 'steps' | 'file'> & { app?: Node }

/** A plugin given to `register`, with its prefix; its instance is the first parameter of its function. */
export function registered(call: Of<'CallExpression'>, file: SourceFile, inputs: WebInputs): Plugin {
  const [first, options] = call.arguments
  const prefix = literalText(propertyOf(options, 'prefix'))
  const steps = first ? stepsOf(first, file, inputs).map(asPlugin) : []
  return { ...(prefix === undefined ? {} : { path: prefix }), steps, file }
}

function asPlugin(step: Step): Step {
  const instance = step.function?.params[0] && parameterName(step.function.params[0])
  return instance ? { ...step, identity: instance } : step
}

/**
 * The plugins `@fastify/autoload` finds in a folder; undefined for any other plugin. A file `autohooks` stands before
 * the files beside it, and with `cascadeHooks` below it, as https://github.com/fastify/fastify-autoload describes.
 */
export function autoloaded(call: Of<'CallExpression'>, file: SourceFile, inputs: WebInputs): Plugin[] | undefined {
  const [first, options] = call.arguments
  if (!first || !/^(@fastify\/autoload|fastify-autoload)/.test(inputs.meanings.nameOf(first, file))) return undefined
  const dir = folderText(propertyOf(options, 'dir'))
  if (dir === undefined) return []
  const root = joinPath(folderOf(file.path), dir)
  const files = inputs.files.filter((item) => item.path.startsWith(`${root}/`))
  const base = literalText(propertyOf(propertyOf(options, 'options'), 'prefix')) ?? ''
  const cascades = literalText(propertyOf(options, 'cascadeHooks')) === 'true'
  const hooks = new Map<string, Node>()
  const plugins = files.flatMap((item) => {
    const exported = inputs.modules.exportsOf.get(item.path)?.whole
    const steps = exported ? stepsOf(exported.node, exported.file, inputs).map(asPlugin) : []
    const instance = steps[0]?.identity
    if (instance && /(^|\/)\.?auto-?hooks\.[cm]?[jt]s$/i.test(item.path)) hooks.set(folderOf(item.path), instance)
    return steps.length > 0 ? [{ path: base + prefixOf(item.path, root), steps, file: item }] : []
  })
  return plugins.map((plugin): Plugin => {
    const own = plugin.steps[0]?.identity
    const before = foldersFrom(folderOf(plugin.file.path), cascades ? root : undefined)
      .map((folder) => ({ folder, instance: hooks.get(folder) }))
      .find(({ instance }) => instance !== undefined && instance !== own)
    return before?.instance
      ? { ...plugin, path: prefixOf(plugin.file.path, before.folder.slice(0, -1)), app: before.instance }
      : plugin
  })
}

/** A folder and, up to the highest, those it stands in; all end with a slash. */
function foldersFrom(folder: string, highest: string | undefined): string[] {
  if (highest === undefined || folder.length <= highest.length + 1) return [folder]
  return [folder, ...foldersFrom(folder.replace(/[^/]+\/$/, ''), highest)]
}

function prefixOf(path: string, root: string): string {
  const folder = folderOf(path).slice(root.length)
  return folder.replaceAll(/\/_(\w+)/g, '/:$1')
}

/** `join(import.meta.dirname, 'routes')` gives `routes`. */
function folderText(node: Node | undefined): string | undefined {
  if (node?.type === 'CallExpression' || node?.type === 'NewExpression') {
    const parts = node.arguments.flatMap((item) => literalText(item) ?? [])
    return parts.length > 0 ? parts.join('/') : undefined
  }
  if (node?.type === 'TemplateLiteral') return node.quasis.at(-1)?.value.cooked?.replace(/^\//, '')
  if (node?.type === 'BinaryExpression') return literalText(node.right)?.replace(/^\//, '')
  return literalText(node)
}

/**
 * The instances whose routes a hook holds for: each plugin has its own, unless `fastify-plugin` wraps it, which makes it
 * part of those of all who register it.
 */
export function encapsulated(uses: readonly Use[]): (app: Node) => readonly Node[] {
  const parents = new Map<Node, Set<Node>>()
  for (const use of uses) {
    for (const step of use.steps) {
      if (!step.identity || !step.name.startsWith('fastify-plugin') || !isFunction(step.function)) continue
      const known = parents.get(step.identity) ?? new Set()
      for (const app of appsOf(use)) known.add(app)
      parents.set(step.identity, known)
    }
  }
  const climb = (app: Node, depth: number): readonly Node[] => {
    const above = depth < 8 ? parents.get(app) : undefined
    return above ? [...new Set([...above].flatMap((parent) => climb(parent, depth + 1)))] : [app]
  }
  return (app) => climb(app, 0)
}

/** The applications and routers something is put on. */
export function appsOf(use: Use): readonly Node[] {
  return use.others ? [use.app, ...use.others] : [use.app]
}
