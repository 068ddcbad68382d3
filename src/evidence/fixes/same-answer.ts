import { ancestor, functionAround, literalText } from '../parse/ast.ts'
import { purposeOf } from '../rules/places.ts'
import { replace, source, statusIn } from './edits.ts'
import type { CodeFix } from './fix-here.ts'

/** Says the same at a sign-in whether the account exists or not. */
export const sameAnswer: CodeFix = ({ node, file, codebase, match }) => {
  if (
    !/tells that (the account does not|it does) exist\.$/.test(match.message) ||
    /^[/?]|^$|=/.test(literalText(node) ?? '')
  )
    return undefined
  const purpose = purposeOf(codebase, node)
  if (
    !/log-?_?in|sign-?_?in|auth|session/i.test(purpose) ||
    /forg[eo]t|reset|recover|otp/i.test(`${file.path} ${purpose}`)
  )
    return undefined
  const around = functionAround(node)
  // Where nobody gives a password, none can be wrong.
  if (!around || !/passw|pwd/i.test(source(around, file))) return undefined
  const answer = ancestor(node, (at) => at.type === 'CallExpression' || at.type === 'ReturnStatement')
  const callee = answer?.type === 'CallExpression' ? answer.callee : undefined
  const status =
    (callee?.type === 'MemberExpression' ? statusIn(callee.object) : undefined) ??
    (answer?.type === 'CallExpression' ? answer.arguments.find((item) => literalText(item) === '404') : undefined)
  return { edits: [...(status ? [replace(status, '401')] : []), replace(node, "'Wrong name or password'")] }
}
