import { keyOf, type ClassNode } from '../parse/ast.ts'
import { goingBy, propertiesOf } from '../parse/by-name.ts'
import { codeText } from '../parse/code-text.ts'
import { atOnce, onceFor } from '../parse/once.ts'
import type { SourceFile } from '../parse/source-file.ts'
import type { Modules } from './modules.ts'

type Inputs = { files: readonly SourceFile[]; modules: Modules }

/** The guards of NestJS that alone read what is written under a key, by that key, where none of them is bound. */
export const unboundGuards = onceFor((inputs: Inputs): ReadonlyMap<string, readonly string[]> => {
  const readers = inputs.files.flatMap(readersIn)
  const idle = new Set(readers.filter((reader) => !isBound(reader, inputs)))
  const byKey = Map.groupBy(
    readers.flatMap((reader) => reader.keys.map((key) => ({ key, reader }))),
    ({ key }) => key,
  )
  return new Map(
    [...byKey].flatMap(([key, found]) =>
      found.every(({ reader }) => idle.has(reader)) ? [[key, found.map(({ reader }) => reader.name)]] : [],
    ),
  )
})

type Reader = { name: string; keys: readonly string[]; file: SourceFile }

/** The guards of a file that ask the reflector what is written beside a route, and by which keys. */
const readersIn = atOnce((file: SourceFile): readonly Reader[] =>
  /\bcanActivate\b/.test(file.text) ? file.classes.flatMap((node) => readerOf(node, file)) : [],
)

function readerOf(node: ClassNode, file: SourceFile): Reader[] {
  const decides = node.body.body.some((member) => member.type === 'MethodDefinition' && keyOf(member) === 'canActivate')
  const asked = codeText(node, file).matchAll(/\breflector\.get\w*(?:<[^(]*>)?\(\s*['"`]?(\w+)/g)
  const keys = [...asked].flatMap((match) => match[1] ?? [])
  return decides && node.id && keys.length > 0 ? [{ name: node.id.name, keys, file }] : []
}

/** Whether anything but imports and lists of providers names it: only those leave a guard where it stands before nothing. */
function isBound({ name, file: home }: Reader, { files, modules }: Inputs): boolean {
  return files.some((file) => {
    if (!file.names.has(name) || isOfPackage(name, file, modules)) return false
    const told = codeText(file.program, file).replace(/\bimport\b[^;'"]*from\s*['"][^'"]*['"]/g, '')
    const mentions = [...told.matchAll(new RegExp(String.raw`(?<!\bclass\s+)(?<!['"\`])\b${name}\b(?!\.name\b)`, 'g'))]
    return mentions.length > listed(name, file) && (file !== home || /\bUseGuards\(|APP_GUARD/.test(told))
  })
}

/** How often the lists of a module name it. */
function listed(name: string, file: SourceFile): number {
  return goingBy(propertiesOf(file), ['providers', 'exports']).flatMap(({ value }) =>
    value.type === 'ArrayExpression'
      ? value.elements.filter((item) => item?.type === 'Identifier' && item.name === name)
      : [],
  ).length
}

/** `AuthGuard` of @nestjs/passport is not that of the project. */
function isOfPackage(name: string, file: SourceFile, { imports }: Modules): boolean {
  const source = file.imports.find(({ specifiers }) => specifiers.some(({ local }) => local.name === name))?.source
    .value
  return (
    source !== undefined &&
    !imports.some(({ from, specifier, to }) => from === file.path && specifier === source && to !== undefined)
  )
}
