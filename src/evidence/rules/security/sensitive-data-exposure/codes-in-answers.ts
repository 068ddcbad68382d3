import type { Codebase } from '../../../codebase.ts'
import { bodyText, responsesIn } from '../../../facts/responses.ts'
import { keyOf } from '../../../parse/ast.ts'
import { purposeOf, routesOf } from '../../places.ts'
import type { Match } from '../../rule.ts'
import { proofGivenAway } from './words.ts'

const resetCode =
  /^(reset_?(token|code|link|url|password_?(token|url))|otp|otp_?code|verification_?(code|token)|one_?time_?(code|password))$/i

/** A one-time code or token in the text of an error answer. */
export function* codesInAnswers(codebase: Codebase): Iterable<Match> {
  for (const file of codebase.production) {
    for (const response of responsesIn(file, codebase.web)) {
      if (!/^(json|send)$/.test(response.method) || !response.call.arguments[0]) continue
      const [sent] = response.call.arguments
      const text = file.text.slice(sent.start, sent.end)
      const code =
        sent.type === 'ObjectExpression' &&
        sent.properties.find(
          (property) =>
            property.type === 'Property' &&
            resetCode.test(keyOf(property) ?? '') &&
            /^(Identifier|MemberExpression|TemplateLiteral)$/.test(property.value.type),
        )
      if (
        code &&
        /forgot|reset|recover|otp|verif/i.test(
          `${purposeOf(codebase, response.call)} ${file.path} ${routesOf(codebase, response.handler.node)
            .map((route) => route.fullPath)
            .join(' ')}`,
        )
      ) {
        yield {
          file,
          node: code,
          words: proofGivenAway,
          message: 'The answer shows the code that only the owner of the mailbox may see.',
        }
        continue
      }
      if (
        /['"`][^'"`]*\b(otp|code|token)\b[^'"`]*['"`]\s*\+\s*\w*(token|otp|code)\w*|`[^`]*(otp|code)[^`]*\$\{\w*(token|otp|code)\w*\}/i.test(
          text,
        ) &&
        /generat|otp|totp/i.test(bodyText(response.handler.node, response.handler.file))
      ) {
        yield {
          file,
          node: response.call,
          words: proofGivenAway,
          message: 'The answer shows the code that was asked for.',
        }
      }
    }
  }
}
