import type { Codebase } from '../../../codebase.ts'
import { isStandIn, looksSecret } from '../../../facts/secrets.ts'
import { pathOf, type Node } from '../../../parse/ast.ts'
import { lookUp } from '../../../parse/scopes.ts'
import type { SourceFile } from '../../../parse/source-file.ts'
import type { Match } from '../../rule.ts'
import { settingsIn } from './dotenv.ts'
import { givenKeys } from './key-places.ts'

/** Committed settings that code signs with, where the value is a word: nobody takes it for a secret but the code. */
export function* guessableKeys(codebase: Codebase): Iterable<Match> {
  const committed = [...codebase.files.values()].filter(({ path }) => runsWith.test(path) && !forTrying.test(path))
  if (committed.length === 0) return
  const names = new Set(givenKeys(codebase).flatMap(({ node, file }) => variableOf(node, file) ?? []))
  for (const file of committed) {
    for (const { name, value, line } of settingsIn(file.text)) {
      if (!names.has(name) || value === '' || looksSecret(value, name)) continue
      const message = `What \`${name}\` signs can be forged: its value is committed, and a word that anyone would try.`
      yield { file, line, ...(isStandIn(value) ? { severity: 'medium' } : {}), message }
    }
  }
}

/** What a service reads by itself; other names are for somebody to choose from and fill in. */
const runsWith = /(^|\/)\.env(\.prod(uction)?)?$/
const forTrying = /(^|\/)(tests?|__tests__|spec|fixtures?|examples?|docs?|cypress|e2e)\//

/** The variable of the environment that a key is, also through a name. */
function variableOf(node: Node, file: SourceFile): string | undefined {
  const held = node.type === 'Identifier' ? (lookUp(file.scopes, node, node.name)?.init ?? node) : node
  return /^process\.env\.(\w+)$/.exec(pathOf(held))?.[1]
}
