import type { Codebase } from '../../../codebase.ts'
import { answersIn } from '../../../facts/answers.ts'
import { contains, functionAround, pathOf, unwrap, type Node } from '../../../parse/ast.ts'
import { says } from '../../../parse/once.ts'
import { resultsOf } from '../../../parse/returns.ts'
import { lookUp } from '../../../parse/scopes.ts'
import type { SourceFile } from '../../../parse/source-file.ts'
import { inDevelopment } from '../../places.ts'
import type { Match } from '../../rule.ts'
import { settings } from './words.ts'

/** All settings, secrets included, or a secret among them, in an answer. */
export function* shownSettings(codebase: Codebase): Iterable<Match> {
  if (!codebase.production.some(readsSettings)) return
  for (const file of codebase.production) {
    for (const answer of answersIn(file, codebase)) {
      if (inDevelopment(answer.node, file)) continue
      for (const { node, file: place, by } of settingsIn(answer.value, file, codebase, 0)) {
        const name = pathOf(node)
        const isNamed = !contains(answer.node, node) && functionAround(node) === functionAround(answer.node)
        // A constant of the module is read for other ends as well.
        const read = functionAround(node) ? undefined : by
        yield {
          ...(read ? { file, node: read } : isNamed ? { file, node: answer.node } : { file: place, node }),
          words: settings,
          message:
            name === 'process.env'
              ? 'The answer holds the whole environment, its secrets with it.'
              : `The answer holds \`${name}\`.`,
        }
      }
    }
  }
}

const readsSettings = says(/process\.env/)

const secret =
  /^process\.env\.(\w*_)?(SECRET|PASSWORD|PASSWD|PASS|PWD|PRIVATE_?KEY|API_?KEY|SECRET_?KEY|ACCESS_?KEY|TOKEN|DATABASE_URL|DB_URL|MONGO\w*_UR[IL])(_\w+)?$/
const open =
  /PUBLIC|PUBLISHABLE|MAPS|PLACES|RECAPTCHA|SITE_?KEY|CLIENT_ID|EXPIR|_TTL$|_MIN|_MAX|LENGTH|_NAME$|_HEADER$/i

/** `by`: the name that an answer reads it by. */
type Setting = { node: Node; file: SourceFile; by?: Node }

function settingsIn(value: Node, file: SourceFile, codebase: Codebase, depth: number): Setting[] {
  const inner = unwrap(value)
  if (depth > 4) return []
  const within = (node: Node, home = file) => settingsIn(node, home, codebase, depth + 1)
  switch (inner.type) {
    case 'MemberExpression': {
      const name = pathOf(inner)
      const isShown = name === 'process.env' || (secret.test(name) && !open.test(name))
      return isShown ? [{ node: inner, file }] : []
    }
    case 'ObjectExpression':
      return inner.properties.flatMap((item) => within(item.type === 'Property' ? item.value : item.argument))
    case 'LogicalExpression':
      return inner.operator === '&&' ? within(inner.right) : within(inner.left)
    case 'Identifier': {
      const binding = lookUp(file.scopes, inner, inner.name)
      return binding?.init && binding.path.length === 0 && binding.kind !== 'parameter'
        ? within(binding.init).map((found) => ({ ...found, by: found.by ?? inner }))
        : []
    }
    case 'CallExpression': {
      const target = codebase.calls.targetOf(inner)
      return target ? resultsOf(target.node, target.file).flatMap((item) => within(item, target.file)) : []
    }
    default:
      return []
  }
}
