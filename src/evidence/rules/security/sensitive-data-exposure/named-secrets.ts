import type { Codebase } from '../../../codebase.ts'
import { answersByTypes } from '../../../facts/handlers.ts'
import { answersIn } from '../../../facts/answers.ts'
import { isFunction, keyOf, pathOf, unwrap, type Node } from '../../../parse/ast.ts'
import { resultsOf } from '../../../parse/returns.ts'
import { lookUp } from '../../../parse/scopes.ts'
import type { SourceFile } from '../../../parse/source-file.ts'
import type { Match } from '../../rule.ts'

const secret =
  /^((hashed|encrypted)_?)?(password|passwd|pwd)(_?(hash|digest))?$|^(password_?)?salt$|^(credit_?)?card_?(number|num)$|^cv[vc]\d?$|^ssn$|^(two_?factor|mfa|totp|2fa)\w*secret$/i

/** Secrets of a row that an answer names one by one: `res.json({ id: user.id, password: user.password })`. */
export function* namedSecrets(codebase: Codebase): Iterable<Match> {
  for (const file of codebase.production) {
    for (const { value, how, handler, helper } of answersIn(file, codebase)) {
      if (!/^(json|send|jsonp|body|return)$/.test(how) || answersByTypes(handler) || helper) continue
      for (const found of secretsIn(value, file, 0)) {
        if (codebase.flow.trace(found, file) || isMadeNow(found, file)) continue
        yield { file, node: found, message: `The answer holds \`${pathOf(found)}\`.` }
      }
    }
  }
}

/** `const key = await generateKey()`: whoever asked for a new one is told it once. */
function isMadeNow(member: Node, file: SourceFile): boolean {
  const holder = member.type === 'MemberExpression' ? unwrap(member.object) : undefined
  const init = holder?.type === 'Identifier' ? lookUp(file.scopes, holder, holder.name)?.init : undefined
  const made = init?.type === 'AwaitExpression' ? init.argument : init
  return made?.type === 'CallExpression' && /(^|\.)generate\w*$/.test(pathOf(made.callee))
}

/** The members with names of secrets that a value is made of, as they are. */
function secretsIn(value: Node, file: SourceFile, depth: number): Node[] {
  const inner = unwrap(value)
  if (depth > 4) return []
  const within = (node: Node) => secretsIn(node, file, depth + 1)
  switch (inner.type) {
    case 'MemberExpression':
      return depth > 0 && secret.test(keyOf(inner) ?? '') ? [inner] : []
    case 'ObjectExpression':
      return inner.properties.flatMap((item) => (item.type === 'Property' ? within(item.value) : []))
    case 'Identifier': {
      const binding = lookUp(file.scopes, inner, inner.name)
      const isWritten = binding?.kind === 'const' && binding.path.length === 0
      return isWritten && binding.init?.type === 'ObjectExpression' ? within(binding.init) : []
    }
    case 'CallExpression': {
      const [each] = inner.arguments
      const isMap = inner.callee.type === 'MemberExpression' && keyOf(inner.callee) === 'map'
      return isMap && isFunction(each) ? resultsOf(each, file).flatMap(within) : []
    }
    default:
      return []
  }
}
