import type { FunctionNode } from '../parse/ast.ts'
import type { Binding } from '../parse/scopes.ts'
import type { SourceFile } from '../parse/source-file.ts'
import { isEntryName } from './archive-entries.ts'
import { eventInput } from './function-events.ts'
import { credentials, messageInput } from './parameter-input.ts'
import type { InputKind } from './request-input.ts'
import { isProcedureInput, routeFileInput } from './route-files.ts'
import type { Mark } from './sanitizers.ts'

type Input = { kind: InputKind; keys: readonly string[]; mark?: Mark }
type Declared = { of: FunctionNode; index: number }

/**
 * What a parameter holds, at the given keys, of what came from outside other than by a handler of a web framework:
 * messages, events of cloud functions, route files, procedures and archives.
 */
export function inputElsewhere(
  { of, index }: Declared,
  binding: Binding,
  whole: readonly string[],
  file: SourceFile,
): Input | undefined {
  const message = messageInput(of, index) ?? credentials(of, binding.name)
  if (message) return { kind: message, keys: whole }
  const event = eventInput(of, index, whole, file)
  if (event) return { kind: event, keys: whole.slice(1) }
  const route = routeFileInput(of, index, whole)
  if (route) return route
  if (isProcedureInput(of, index, whole)) return { kind: 'arguments', keys: whole.slice(1), mark: 'parsed' }
  return isEntryName(of, index, whole, file) ? { kind: 'archive', keys: whole } : undefined
}
