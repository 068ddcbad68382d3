import { asyncTwin } from './async-twin.ts'
import { bindParameters } from './bind-parameters.ts'
import { declareName } from './declare-name.ts'
import type { CodeFix, TextFix } from './fix-here.ts'
import { fromEnvironment } from './from-environment.ts'
import { guardLikeSiblings } from './guard-like-siblings.ts'
import { handleRejection } from './handle-rejection.ts'
import { hardenCookie } from './harden-cookie.ts'
import { hideError } from './hide-error.ts'
import { limitRows } from './limit-rows.ts'
import { limitTime } from './limit-time.ts'
import { limitTries } from './limit-tries.ts'
import { nameFields } from './name-fields.ts'
import { nameImage, stateEngines } from './name-image.ts'
import { installAdvised, installFixed, installMissing, removeUnused } from './package-commands.ts'
import { passAsText } from './pass-as-text.ts'
import { randomFromSystem } from './random-from-system.ts'
import { readOnce } from './read-once.ts'
import { readTogether } from './read-together.ts'
import { refuseMissing } from './refuse-missing.ts'
import { renewCall } from './renew-call.ts'
import { stopAfterAnswer } from './stop-after-answer.ts'
import { switchOff } from './switch-off.ts'
import { tokenOptions } from './token-options.ts'
import { withoutShell } from './without-shell.ts'

/** By rule. */
export const codeFixes: Readonly<Record<string, CodeFix>> = {
  'command-injection': withoutShell,
  'deprecated-api': renewCall,
  'double-response': stopAfterAnswer,
  'error-disclosure': hideError,
  'global-leak': declareName,
  'hardcoded-secret': fromEnvironment,
  'insecure-cookie': hardenCookie,
  jwt: tokenOptions,
  'mass-assignment': nameFields,
  'missing-auth': guardLikeSiblings,
  'missing-rate-limit': limitTries,
  'missing-timeout': limitTime,
  'n-plus-one': readOnce,
  'nosql-injection': passAsText,
  'null-deref': refuseMissing,
  'schema-sync': switchOff,
  'sequential-reads': readTogether,
  'sql-injection': bindParameters,
  'sync-crypto': asyncTwin,
  'sync-io-in-handler': asyncTwin,
  'unbounded-query': limitRows,
  'unhandled-rejection': handleRejection,
  'weak-random': randomFromSystem,
}

/** By rule. */
export const textFixes: Readonly<Record<string, TextFix>> = {
  'deprecated-dependency': installAdvised,
  'eol-node': nameImage,
  'missing-dependency': installMissing,
  'missing-engines': stateEngines,
  'unused-dependency': removeUnused,
  'vulnerable-dependency': installFixed,
}
