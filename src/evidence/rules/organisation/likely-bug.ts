import type { Codebase } from '../../codebase.ts'
import { isString } from '../../parse/ast.ts'
import { atOnce } from '../../parse/once.ts'
import type { SourceFile } from '../../parse/source-file.ts'
import { inWords } from '../matches.ts'
import type { Match, Rule } from '../rule.ts'
import { anyErrorStatus } from './likely-bug/any-error-status.ts'
import { assignedConstants } from './likely-bug/assigned-constants.ts'
import { callbackTwice } from './likely-bug/callback-twice.ts'
import { clearedCookies } from './likely-bug/cleared-cookies.ts'
import { codesAsStatuses } from './likely-bug/codes-as-statuses.ts'
import { endlessLoops } from './likely-bug/endless-loops.ts'
import { escapedOnce } from './likely-bug/escaped-once.ts'
import { hooksThatGoOn, methodsForAnswers } from './likely-bug/hooks-that-go-on.ts'
import { idsFromLength } from './likely-bug/ids-from-length.ts'
import { lostDecorators } from './likely-bug/lost-decorators.ts'
import { lostQueries } from './likely-bug/lost-queries.ts'
import { namesAndCodes } from './likely-bug/names-and-codes.ts'
import { neverFalse } from './likely-bug/never-false.ts'
import { neverThrown } from './likely-bug/never-thrown.ts'
import { objectParameters } from './likely-bug/object-parameters.ts'
import { otherError } from './likely-bug/other-error.ts'
import { overwritten } from './likely-bug/overwritten.ts'
import { pluginsOfTwoStyles } from './likely-bug/plugins-of-two-styles.ts'
import { remedies } from './likely-bug/remedies.ts'
import { questionsWithoutAnswer } from './likely-bug/questions-without-answer.ts'
import { selfAssignments } from './likely-bug/self-assignments.ts'
import { settledEarly } from './likely-bug/settled-early.ts'
import { swappedColumns } from './likely-bug/swapped-columns.ts'
import { takenByAnother } from './likely-bug/taken-by-another.ts'
import { textLength } from './likely-bug/text-length.ts'
import { truthyTexts } from './likely-bug/truthy-texts.ts'
import { uncalledNext } from './likely-bug/uncalled-next.ts'
import { unsignedFields } from './likely-bug/unsigned-fields.ts'
import { unwritten } from './likely-bug/unwritten.ts'
import { wastedArguments } from './likely-bug/wasted-arguments.ts'
import { wrongSessionKeys } from './likely-bug/wrong-session-keys.ts'

export const likelyBug: Rule = {
  id: 'likely-bug',
  category: 'bug',
  severity: 'medium',
  confidence: 'high',
  title: 'The code does something else than it says',
  why: 'The line runs without an error and gives the wrong result.',
  effects: { safety: 'Wrong data or a void check.', maintenance: 'Hard to find: nothing fails.' },
  fix: { say: 'Write what was meant.', code: remedies.overwritten.code },
  sources: ['https://developer.mozilla.org/en-US/docs/Web/JavaScript/Guide/Expressions_and_operators'],
  *find(codebase) {
    for (const file of codebase.production) {
      yield* bugsIn(file)
    }
    for (const [find, fix] of ofProject) yield* inWords({ fix }, find(codebase))
  },
}

const ofProject: readonly [(codebase: Codebase) => Iterable<Match>, Rule['fix']][] = [
  [wastedArguments, remedies.wastedArguments],
  [hooksThatGoOn, remedies.hooksThatGoOn],
  [lostQueries, remedies.lostQueries],
  [methodsForAnswers, remedies.methodsForAnswers],
  [wrongSessionKeys, remedies.wrongSessionKeys],
  [clearedCookies, remedies.clearedCookies],
  [unsignedFields, remedies.unsignedFields],
  [anyErrorStatus, remedies.anyErrorStatus],
  [codesAsStatuses, remedies.codesAsStatuses],
  [questionsWithoutAnswer, remedies.questionsWithoutAnswer],
  [neverFalse, remedies.neverFalse],
  [objectParameters, remedies.objectParameters],
  [unwritten, remedies.unwritten],
  [pluginsOfTwoStyles, remedies.pluginsOfTwoStyles],
]

const ofFile: readonly [(file: SourceFile) => Iterable<Match>, Rule['fix']][] = [
  [bitwiseText, remedies.bitwiseText],
  [assignedConstants, remedies.assignedConstants],
  [callbackTwice, remedies.callbackTwice],
  [endlessLoops, remedies.endlessLoops],
  [escapedOnce, remedies.escapedOnce],
  [idsFromLength, remedies.idsFromLength],
  [lostDecorators, remedies.lostDecorators],
  [namesAndCodes, remedies.namesAndCodes],
  [neverThrown, remedies.neverThrown],
  [otherError, remedies.otherError],
  [overwritten, remedies.overwritten],
  [selfAssignments, remedies.selfAssignments],
  [settledEarly, remedies.settledEarly],
  [swappedColumns, remedies.swappedColumns],
  [takenByAnother, remedies.takenByAnother],
  [textLength, remedies.textLength],
  [truthyTexts, remedies.truthyTexts],
  [uncalledNext, remedies.uncalledNext],
]

const bugsIn = atOnce((file: SourceFile) => ofFile.flatMap(([find, fix]) => [...inWords({ fix }, find(file))]))

function* bitwiseText(file: SourceFile): Iterable<Match> {
  for (const node of file.binaries) {
    if ((node.operator === '|' || node.operator === '&') && (isString(node.right) || isString(node.left))) {
      yield {
        file,
        node,
        message: `\`${node.operator}\` turns texts into numbers; \`${node.operator}${node.operator}\` was meant.`,
      }
    }
  }
}
