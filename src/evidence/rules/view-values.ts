import type { Codebase } from '../codebase.ts'
import { responsesIn } from '../facts/responses.ts'
import { objectOf } from '../facts/sessions.ts'
import type { RawOutput } from '../facts/views.ts'
import { keyOf, literalText, pathOf, unwrap, type Node } from '../parse/ast.ts'
import { onceFor } from '../parse/once.ts'
import { valuesReturned } from '../parse/returns.ts'
import { lookUp } from '../parse/scopes.ts'
import type { SourceFile } from '../parse/source-file.ts'

/** Where the values come from that a view prints: only from the service itself, from others too, or nothing shows. */
export type Given = 'own' | 'others' | 'unknown'

type Value = { node: Node; file: SourceFile }

/** Whose values a view prints, by what handlers hand to views under the name the expression begins with. */
export function valuesGiven(output: RawOutput, codebase: Codebase): Given {
  const root = rootOf(output)
  if (root === undefined) return 'own'
  const flashed = flashedAs(output.expression, codebase)
  if (flashed.length > 0) return flashed.every(({ node, file }) => isOwn(node, file, codebase, 0)) ? 'own' : 'unknown'
  const values = handedToViews(codebase).get(root)
  if (!values) return 'unknown'
  if (values.every((value) => isOwn(value.node, value.file, codebase, 0))) return 'own'
  return 'others'
}

/** What is put by for the next page under the name of `flash.notice`. */
function flashedAs(expression: string, codebase: Codebase): Value[] {
  const name = /^\s*(?:flash|messages)\.(\w+)/.exec(expression)?.[1]
  if (name === undefined) return []
  return codebase.index.methods('flash').flatMap(({ call, file }) => {
    const [key, node] = call.arguments
    return node && literalText(key) === name ? [{ node, file }] : []
  })
}

/** The name the view was given; undefined for what it says itself. */
function rootOf({ expression, text }: RawOutput, depth = 0): string | undefined {
  if (depth > 3 || /^['"`]/.test(expression)) return undefined
  const name = /^[\s(!]*([A-Za-z_$][\w$]*)/.exec(expression)?.[1]
  if (name === undefined) return undefined
  const written = new RegExp(String.raw`\{%-?\s*set\s+${name}\s*=\s*([^%]+?)\s*-?%\}`).exec(text)?.[1]
  if (written) return rootOf({ expression: written, text } as RawOutput, depth + 1)
  const list = new RegExp(String.raw`\{%-?\s*for\s+(?:\w+\s*,\s*)?${name}\s+in\s+([\w.]+)`).exec(text)?.[1]
  if (list) return rootOf({ expression: list, text } as RawOutput, depth + 1)
  // What a macro is given is up to the views that call it.
  return new RegExp(String.raw`\{%-?\s*macro\s+\w+\([^)]*\b${name}\b`).test(text) ? undefined : name
}

/** What is given to views by name: data of `render`, and `locals` of the answer and of the application. */
const handedToViews = onceFor((codebase: Codebase): Map<string, Value[]> => {
  const found = new Map<string, Value[]>()
  const add = (name: string, value: Value) => found.set(name, [...(found.get(name) ?? []), value])
  for (const file of codebase.production) {
    for (const { call, method } of responsesIn(file, codebase.web)) {
      const data = method === 'render' ? call.arguments[1] : undefined
      const object = data && objectOf(data, file, codebase.meanings)
      if (object?.node.type !== 'ObjectExpression') continue
      for (const property of object.node.properties) {
        const name = property.type === 'Property' ? keyOf(property) : undefined
        if (property.type === 'Property' && name) add(name, { node: property.value, file: object.file })
      }
    }
    for (const { left, right } of file.assignments) {
      const path = left.type === 'MemberExpression' ? pathOf(left) : ''
      const name = /(?:^|\.)(?:locals|context|viewData|renderData)\.(\w+)$/.exec(path)?.[1]
      if (name) add(name, { node: right, file })
    }
  }
  return found
})

/** Text of the source, of settings or of translations. */
function isOwn(node: Node, file: SourceFile, codebase: Codebase, depth: number): boolean {
  const inner = unwrap(node)
  const all = (parts: readonly Node[]) => parts.every((part) => isOwn(part, file, codebase, depth + 1))
  if (depth > 5) return false
  if (literalText(inner) !== undefined) return true
  switch (inner.type) {
    case 'TemplateLiteral':
      return all(inner.expressions)
    case 'ConditionalExpression':
      return all([inner.consequent, inner.alternate])
    case 'LogicalExpression':
    case 'BinaryExpression':
      return all([inner.left, inner.right])
    case 'ArrayExpression':
      return inner.elements.every((item) => item !== null && isOwn(item, file, codebase, depth + 1))
    case 'ObjectExpression':
      return inner.properties.every((item) => item.type === 'Property' && isOwn(item.value, file, codebase, depth + 1))
    case 'MemberExpression':
      return settings.test(pathOf(inner)) || isOwn(inner.object, file, codebase, depth + 1)
    case 'CallExpression':
      return isOwnCall(inner, file, codebase, depth)
    case 'Identifier':
      return isOwnName(inner, file, codebase, depth)
    default:
      return false
  }
}

const settings = /^process\.env\b|(^|\.)\w*(config|settings|constants?|env|options|locale)s?(\.|$)/i

function isOwnCall(
  call: Node & { type: 'CallExpression' },
  file: SourceFile,
  codebase: Codebase,
  depth: number,
): boolean {
  const name = pathOf(call.callee)
  if (/(^|\.)(t|__|i18n|translate|gettext|csrfToken|generateToken)$/.test(name)) return true
  const target = codebase.calls.targetOf(call)
  if (target && call.arguments.length === 0) {
    const made = valuesReturned(target.node, target.file)
    return made.length > 0 && made.every((item) => isOwn(item, target.file, codebase, depth + 1))
  }
  return (
    settings.test(name) ||
    (call.callee.type === 'MemberExpression' && isOwn(call.callee.object, file, codebase, depth + 1))
  )
}

function isOwnName(name: Node & { type: 'Identifier' }, file: SourceFile, codebase: Codebase, depth: number): boolean {
  const binding = lookUp(file.scopes, name, name.name)
  if (!binding || binding.kind === 'parameter' || binding.itemOf) return settings.test(name.name)
  const meaning = codebase.meanings.of(name, file)
  if (meaning.kind === 'value' && meaning.node !== name) return isOwn(meaning.node, meaning.file, codebase, depth + 1)
  if (meaning.kind === 'package') return settings.test(meaning.name)
  if (binding.imported) return settings.test(binding.imported.source.split('/').at(-1) ?? '')
  const written = [...(binding.init ? [binding.init] : []), ...binding.writes]
  return written.length > 0 && written.every((item) => isOwn(item, file, codebase, depth + 1))
}
