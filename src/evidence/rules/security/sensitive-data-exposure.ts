import type { Codebase } from '../../codebase.ts'
import { answersIn } from '../../facts/answers.ts'
import { functionAround, keyOf } from '../../parse/ast.ts'
import { membersOf, goingBy } from '../../parse/by-name.ts'
import { atOnce } from '../../parse/once.ts'
import type { SourceFile } from '../../parse/source-file.ts'
import { requestOf } from '../places.ts'
import { bySentence } from '../matches.ts'
import type { Match, Rule } from '../rule.ts'
import { codesInAnswers } from './sensitive-data-exposure/codes-in-answers.ts'
import { joinedPeople } from './sensitive-data-exposure/joined-people.ts'
import { namedSecrets } from './sensitive-data-exposure/named-secrets.ts'
import { openDocumentation } from './sensitive-data-exposure/open-documentation.ts'
import { passwordsInTokens } from './sensitive-data-exposure/passwords-in-tokens.ts'
import { isChecksum } from './sensitive-data-exposure/shown-secrets.ts'
import { shownByTypes } from './sensitive-data-exposure/shown-by-types.ts'
import { shownSettings } from './sensitive-data-exposure/shown-settings.ts'
import { wholeRows } from './sensitive-data-exposure/whole-rows.ts'
import { inModel, sentInAddress, takenFromAddress } from './sensitive-data-exposure/words.ts'

export const sensitiveDataExposure: Rule = {
  id: 'sensitive-data-exposure',
  category: 'sensitive-data-exposure',
  severity: 'high',
  confidence: 'medium',
  title: 'An answer shows what should stay inside',
  why: 'Whole rows carry password hashes and personal data, to every browser and program that asks.',
  effects: { safety: 'Personal data and credentials reach people who must not have them.' },
  fix: {
    say: 'Answer with the fields that are needed, and with no others.',
    code: { any: 'const shown = ({ id, name, email }) => ({ id, name, email })\nres.json(shown(user))' },
  },
  sources: ['https://owasp.org/API-Security/editions/2023/en/0xa3-broken-object-property-level-authorization/'],
  *find(codebase) {
    yield* wholeRows(codebase)
    yield* bySentence(passwordsInTokens(codebase))
    yield* namedSecrets(codebase)
    yield* joinedPeople(codebase)
    yield* shownByTypes(codebase)
    yield* shownSettings(codebase)
    yield* credentialsInAddress(codebase)
    yield* openDocumentation(codebase)
    yield* codesInAnswers(codebase)
    yield* tokensInRedirects(codebase)
    yield* shownSecrets(codebase)
  },
}

function* credentialsInAddress(codebase: Codebase): Iterable<Match> {
  for (const file of codebase.production)
    for (const match of addressesIn(file)) if (match.node && requestOf(codebase, match.node)) yield match
}

const addressesIn = atOnce((file: SourceFile) => [...readAddresses(file)])

function* readAddresses(file: SourceFile): Iterable<Match> {
  for (const member of goingBy(membersOf(file), /^(password|passwd|pwd|pin|credit_?card|card_?number|cvv|ssn)$/i)) {
    const name = keyOf(member) ?? ''
    if (
      member.object.type !== 'MemberExpression' ||
      !/^req(uest)?\.(query|params)$/.test(file.text.slice(member.object.start, member.object.end))
    )
      continue
    const around = functionAround(member)
    const earlier = goingBy(membersOf(file), name).find(
      (other) =>
        other !== member &&
        other.start < member.start &&
        functionAround(other) === around &&
        file.text.slice(other.start, other.end) === file.text.slice(member.start, member.end),
    )
    if (!earlier)
      yield {
        file,
        node: member,
        confidence: 'high',
        severity: 'medium',
        words: takenFromAddress,
        message: `\`${name}\` is read from the address, which ends in logs and histories.`,
      }
  }
}

/** `res.redirect(`/done?token=${token}`)`: the token that signs the caller in ends in logs and histories. */
function* tokensInRedirects(codebase: Codebase): Iterable<Match> {
  for (const file of codebase.production) {
    for (const answer of answersIn(file, codebase)) {
      if (answer.how !== 'redirect') continue
      const text = file.text.slice(answer.value.start, answer.value.end)
      if (
        /[?&](access_?|jwt_?|auth_?|id_?)?token=(\$\{|['"`]\s*\+)/i.test(text) &&
        !/reset|verif|change-?pass|confirm|csrf|invite|state|one_?time|otp|temp|exchange|code|unsubscribe/i.test(text)
      )
        yield {
          file,
          node: answer.node,
          severity: 'medium',
          words: sentInAddress,
          message: 'The token stands in the address, which ends in logs, histories and the Referer header.',
        }
    }
  }
}

/** Where an entity hides some of its fields, a secret that it shows was forgotten. */
function* shownSecrets(codebase: Codebase): Iterable<Match> {
  for (const entity of codebase.entities) {
    if (entity.kind !== 'typeorm' || !entity.fields.some((field) => field.hidden)) continue
    for (const field of entity.fields) {
      if (
        field.hidden ||
        !field.node ||
        isChecksum(field.name, entity) ||
        !/secret|password|(^|_)hash|refresh_?token|reset_?token|api_?key|private_?key/i.test(field.name)
      )
        continue
      if (
        /^(is|has|needs?|must)_?[A-Z]|At$|Count$|Enabled$|[iI]d$/.test(field.name) ||
        /@(One|Many)To/.test(field.type)
      )
        continue
      yield {
        file: codebase.sources.get(entity.file.path) ?? entity.file,
        node: field.node,
        words: inModel,
        message: `\`${field.name}\` leaves with every row that is sent; other fields of \`${entity.name}\` are kept back.`,
      }
    }
  }
}
