import { ancestor, isFunction, keyOf, literalText, pathOf, type Node, type Of } from '../../../parse/ast.ts'
import { atOnce, says } from '../../../parse/once.ts'
import type { SourceFile } from '../../../parse/source-file.ts'

const unknownUser =
  /\b(user(name)?|e-?mail|login|account)\b[^.!?]{0,40}\b((was |is )?not (be )?(found|registered|exist\w*|recogni[sz]ed)|does(n['’]t| not) exist|unknown|invalid|incorrect|wrong)|\b(no|unknown|invalid|incorrect|wrong) (such )?(login )?(user(name)?|account|e-?mail)\b|\b(no|unknown) (such )?login\b|no (user|account) (found|with)/i
const wrongPassword =
  /\b(invalid|wrong|incorrect|bad) password|password (was |is )?(not correct|incorrect|wrong|invalid)/i

/** What every text that is looked for has. */
const namesUsers = says(/user|e-?mail|login|account|password|already/i)

/** What a text says, or a code such as `USER_NOT_FOUND`; a name that is put into it may be anything. */
export function saidBy(text: Node): string {
  if (text.type === 'MemberExpression')
    return (keyOf(text) ?? '').replace(/([a-z])(?=[A-Z])/g, '$1_').replaceAll('_', ' ')
  const said =
    text.type === 'TemplateLiteral'
      ? text.quasis.map(({ value }) => value.cooked ?? '').join('…')
      : (literalText(text) ?? '')
  return said.replaceAll('_', ' ')
}

/** What a text says, short enough for a message. */
export function quoted(text: Node): string {
  return text.type === 'MemberExpression' ? `\`${pathOf(text)}\`` : `“${saidBy(text).slice(0, 50)}”`
}

/** `throw new Refusal(MESSAGES.USER_NOT_FOUND)`: a text that is kept elsewhere, the first of what is said. */
function isSaidConstant(member: Of<'MemberExpression'>): boolean {
  if (member.computed || !/^[A-Z]/.test(pathOf(member)) || !/^[A-Z]\w*([a-z][A-Z]|_)/.test(keyOf(member) ?? ''))
    return false
  const { parent } = member
  if (parent?.type === 'ThrowStatement') return true
  const isFirst =
    /^(New|Call)Expression$/.test(parent?.type ?? '') &&
    parent?.type !== undefined &&
    'arguments' in parent &&
    parent.arguments[0] === member
  return isFirst && ancestor(member, (at) => at.type === 'ThrowStatement' || isFunction(at))?.type === 'ThrowStatement'
}

const textsOf = atOnce((file: SourceFile): Node[] =>
  namesUsers(file)
    ? [
        ...file.literals.filter(({ value }) => typeof value === 'string'),
        ...file.templates,
        ...file.members.filter(isSaidConstant),
      ].filter(({ start, end }) => end - start < 130)
    : [],
)

/** Texts that tell whether there is an account, or whether the password fits. */
export const tellingTexts = atOnce((file: SourceFile) => textsOf(file).filter((text) => kindOf(saidBy(text))))

/** Texts that tell that a name has been taken. */
export const takenTexts = atOnce((file: SourceFile) =>
  textsOf(file).filter((text) => {
    const said = saidBy(text)
    return (
      said.length < 80 &&
      !/\b(if|2fa|admin)\b/i.test(said) &&
      /\b(user(name)?|e-?mail|account|login)\b[^.]{0,30}\b(already|taken|in use|exists)\b|\balready (registered|exists|taken)\b/i.test(
        said,
      )
    )
  }),
)

/** “login or e-mail” is one thing that is looked up by two names. */
const eitherName = /(?<=\b(login|user(name)?|e-?mail) )or (?=(login|user(name)?|e-?mail)\b)/i

/** Whether a text tells that there is no such account, or that the password is wrong. */
export function kindOf(text: string): 'missing' | 'wrong' | undefined {
  const names = text.replace(eitherName, '')
  if (unknownUser.test(names) && !/password|\bor\b|already|taken|token|format|\bvalid e-?mail/i.test(names))
    return 'missing'
  return wrongPassword.test(text) && !/user|e-?mail|login|\bor\b/i.test(text) ? 'wrong' : undefined
}
