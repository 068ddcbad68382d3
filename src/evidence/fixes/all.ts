import { addIndex, addPrismaIndex } from './add-index.ts'
import { answerFailure } from './answer-failure.ts'
import { answerStatus } from './answer-status.ts'
import { askNumber } from './ask-number.ts'
import { askOwner } from './ask-owner.ts'
import { asyncTwin } from './async-twin.ts'
import { waitFor } from './awaiting.ts'
import { bindParameters } from './bind-parameters.ts'
import { boundSize } from './bound-size.ts'
import { changeMethod } from './change-method.ts'
import { checkShape } from './check-shape.ts'
import { closeOnSignal } from './close-on-signal.ts'
import { declareName } from './declare-name.ts'
import { defaultFunction } from './default-function.ts'
import { escapeInAnswer, escapeInView } from './escape-output.ts'
import { escapePattern } from './escape-pattern.ts'
import type { CodeFix, TextFix } from './fix-here.ts'
import { fromEnvironment } from './from-environment.ts'
import { guardLikeSiblings } from './guard-like-siblings.ts'
import { handleRejection } from './handle-rejection.ts'
import { hardenCookie } from './harden-cookie.ts'
import { hardenImage } from './harden-image.ts'
import { hashPassword } from './hash-password.ts'
import { hideError } from './hide-error.ts'
import { keepError } from './keep-error.ts'
import { limitRows } from './limit-rows.ts'
import { limitTime } from './limit-time.ts'
import { limitTries } from './limit-tries.ts'
import { limitUploads } from './limit-uploads.ts'
import { logFailure } from './log-failure.ts'
import { lookAtError } from './look-at-error.ts'
import { nameFields } from './name-fields.ts'
import { nameImage, stateEngines } from './name-image.ts'
import { installAdvised, installFixed, installMissing, removeUnused, stateRange } from './package-commands.ts'
import { oneObject } from './one-object.ts'
import { passAsText } from './pass-as-text.ts'
import { raiseLength } from './raise-length.ts'
import { randomFromSystem } from './random-from-system.ts'
import { readOnce } from './read-once.ts'
import { readTogether } from './read-together.ts'
import { refuseMissing } from './refuse-missing.ts'
import { renewCall } from './renew-call.ts'
import { sameAnswer } from './same-answer.ts'
import { setHeaders, tellHealth } from './set-up-application.ts'
import { stopAfterAnswer } from './stop-after-answer.ts'
import { strongerHash } from './stronger-hash.ts'
import { swapArguments } from './swap-arguments.ts'
import { switchOff } from './switch-off.ts'
import { throwStatus } from './throw-status.ts'
import { tokenOptions } from './token-options.ts'
import { waitInside } from './wait-inside.ts'
import { withoutShell } from './without-shell.ts'

/** By rule. */
export const codeFixes: Readonly<Record<string, CodeFix>> = {
  'command-injection': withoutShell,
  'deprecated-api': renewCall,
  'double-response': stopAfterAnswer,
  'error-disclosure': hideError,
  'fixed-result': askNumber,
  'global-leak': declareName,
  'hardcoded-secret': fromEnvironment,
  idor: askOwner,
  'insecure-cookie': hardenCookie,
  jwt: tokenOptions,
  'mass-assignment': nameFields,
  'missing-auth': guardLikeSiblings,
  'missing-error-handling': lookAtError,
  'missing-graceful-shutdown': closeOnSignal,
  'missing-health-check': tellHealth,
  'missing-helmet': setHeaders,
  'missing-index': addIndex,
  'missing-rate-limit': limitTries,
  'missing-timeout': limitTime,
  'missing-validation': checkShape,
  'mixed-up-arguments': swapArguments,
  'model-mistakes': defaultFunction,
  'missing-where': oneObject,
  'n-plus-one': readOnce,
  'nosql-injection': passAsText,
  'not-awaited': waitFor,
  'null-deref': refuseMissing,
  'page-size-from-request': boundSize,
  'plaintext-password': hashPassword,
  'regex-injection': escapePattern,
  'rest-design': changeMethod,
  'schema-sync': switchOff,
  'sequential-reads': readTogether,
  'sql-injection': bindParameters,
  'swallowed-error': (place) => answerFailure(place) ?? keepError(place),
  'sync-crypto': asyncTwin,
  'sync-io-in-handler': asyncTwin,
  'thrown-status': throwStatus,
  'unbounded-query': limitRows,
  'unhandled-rejection': handleRejection,
  'unlogged-failure': logFailure,
  'unreached-catch': waitInside,
  'upload-without-limits': limitUploads,
  'user-enumeration': sameAnswer,
  'weak-crypto': strongerHash,
  'weak-password-policy': raiseLength,
  'weak-random': randomFromSystem,
  'wrong-status': answerStatus,
  xss: escapeInAnswer,
}

/** By rule. */
export const textFixes: Readonly<Record<string, TextFix>> = {
  container: hardenImage,
  'deprecated-dependency': installAdvised,
  'eol-node': nameImage,
  'missing-dependency': installMissing,
  'missing-engines': stateEngines,
  'missing-index': addPrismaIndex,
  'missing-node-env': hardenImage,
  'unused-dependency': removeUnused,
  'vulnerable-dependency': installFixed,
  'wildcard-dependency': stateRange,
  xss: escapeInView,
}
