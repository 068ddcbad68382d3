import type { Node } from '../../parse/ast.ts'
import { isRequire } from '../../facts/modules.ts'
import { once } from '../../parse/once.ts'
import type { SourceFile } from '../../parse/source-file.ts'
import type { Rule } from '../rule.ts'

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
    for (const file of codebase.production) {
      for (const { name, node, what } of unusedIn(file))
        yield { file, node, message: `${what} \`${name}\` is never used.` }
    }
  },
}

const unusedIn = once((file: SourceFile) => {
  // A name imported by name is there twice: as what is imported and as what it is called here.
  if (file.outline?.typesOnly && !file.outline.namesImports) return []
  return [...declared(file)].filter(
    ({ name }) => !name.startsWith('_') && name !== 'React' && (file.names.get(name) ?? 0) <= 1,
  )
})

function* declared(file: SourceFile): Iterable<{ name: string; node: Node; what: string }> {
  for (const node of file.imports) {
    for (const specifier of node.specifiers) yield { name: specifier.local.name, node: specifier, what: 'The import' }
  }
  for (const declarator of file.declarators) {
    if (declarator.parent?.parent?.type === 'ExportNamedDeclaration' || !declarator.init) continue
    const init = declarator.init
    const imported = init.type === 'CallExpression' && isRequire(init, file)
    if (declarator.id.type === 'Identifier') {
      if (/\.[cm]?tsx?$/.test(file.path) && !imported) continue
      yield { name: declarator.id.name, node: declarator, what: imported ? 'The import' : 'The variable' }
    } else if (imported && declarator.id.type === 'ObjectPattern') {
      for (const property of declarator.id.properties) {
        if (property.type !== 'Property' || property.value.type !== 'Identifier') continue
        const name = property.value.name
        // A shorthand pattern names its key and its value: two mentions that are one.
        if (property.shorthand && (file.names.get(name) ?? 0) <= 2) {
          if (!new RegExp(String.raw`\b${name}\b[\s\S]*\b${name}\b`).test(file.text))
            yield { name: name, node: property, what: 'The import' }
        } else yield { name, node: property, what: 'The import' }
      }
    }
  }
}
