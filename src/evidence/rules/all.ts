import { inconsistentRoutes } from './api/inconsistent-routes.ts'
import { restDesign } from './api/rest-design.ts'
import { wrongStatus } from './api/wrong-status.ts'
import { missingCache } from './caching/missing-cache.ts'
import { awaitInLoop } from './database/await-in-loop.ts'
import { connectionPerRequest } from './database/connection-per-request.ts'
import { ddlInRequest } from './database/ddl-in-request.ts'
import { leadingWildcard } from './database/leading-wildcard.ts'
import { missingIndex } from './database/missing-index.ts'
import { missingTransaction } from './database/missing-transaction.ts'
import { nPlusOne } from './database/n-plus-one.ts'
import { overfetch } from './database/overfetch.ts'
import { raceCondition } from './database/race-condition.ts'
import { schemaSync } from './database/schema-sync.ts'
import { unboundedQuery } from './database/unbounded-query.ts'
import { deprecatedApi } from './dependencies/deprecated-api.ts'
import { deprecatedDependency } from './dependencies/deprecated-dependency.ts'
import { eolNode } from './dependencies/eol-node.ts'
import { missingDependency } from './dependencies/missing-dependency.ts'
import { missingEngines } from './dependencies/missing-engines.ts'
import { missingLockfile } from './dependencies/missing-lockfile.ts'
import { outdatedDependency } from './dependencies/outdated-dependency.ts'
import { unusedDependency } from './dependencies/unused-dependency.ts'
import { vulnerableDependency } from './dependencies/vulnerable-dependency.ts'
import { vulnerableUse } from './dependencies/vulnerable-use.ts'
import { wildcardDependency } from './dependencies/wildcard-dependency.ts'
import { doubleResponse } from './errors/double-response.ts'
import { startedWithoutDatabase } from './errors/started-without-database.ts'
import { unloggedFailure } from './errors/unlogged-failure.ts'
import { unreachedCatch } from './errors/unreached-catch.ts'
import { missingErrorMiddleware } from './errors/missing-error-middleware.ts'
import { missingErrorHandling } from './errors/missing-error-handling.ts'
import { noResponse } from './errors/no-response.ts'
import { nullDeref } from './errors/null-deref.ts'
import { swallowedError } from './errors/swallowed-error.ts'
import { throwInCallback } from './errors/throw-in-callback.ts'
import { unhandledRejection } from './errors/unhandled-rejection.ts'
import { deadCode } from './organisation/dead-code.ts'
import { duplicateCode } from './organisation/duplicate-code.ts'
import { globalLeak } from './organisation/global-leak.ts'
import { godFile } from './organisation/god-file.ts'
import { importCycle } from './organisation/import-cycle.ts'
import { layering } from './organisation/layering.ts'
import { likelyBug } from './organisation/likely-bug.ts'
import { timeUnits } from './organisation/time-units.ts'
import { mixedUpArguments } from './organisation/mixed-up-arguments.ts'
import { uncalledFunction } from './organisation/uncalled-function.ts'
import { unknownFields } from './organisation/unknown-fields.ts'
import { undefinedName } from './organisation/undefined-name.ts'
import { unused } from './organisation/unused.ts'
import { consoleLogging } from './production/console-logging.ts'
import { container } from './production/container.ts'
import { healthCheckThatLies } from './production/health-check-that-lies.ts'
import { missingGracefulShutdown } from './production/missing-graceful-shutdown.ts'
import { missingHealthCheck } from './production/missing-health-check.ts'
import { swallowedProcessError } from './production/swallowed-process-error.ts'
import { eventLoopBlock } from './scalability/event-loop-block.ts'
import { inMemorySession } from './scalability/in-memory-session.ts'
import { inMemoryState } from './scalability/in-memory-state.ts'
import { loopBoundFromInput } from './scalability/loop-bound-from-input.ts'
import { browserLeftOpen } from './scalability/browser-left-open.ts'
import { programPerRequest } from './scalability/program-per-request.ts'
import { missingTimeout } from './scalability/missing-timeout.ts'
import { syncCrypto } from './scalability/sync-crypto.ts'
import { syncIoInHandler } from './scalability/sync-io-in-handler.ts'
import { brokenAuth } from './security/broken-auth.ts'
import { weakProof } from './security/weak-proof.ts'
import { businessLogic } from './security/business-logic.ts'
import { codeInjection } from './security/code-injection.ts'
import { commandInjection } from './security/command-injection.ts'
import { cors } from './security/cors.ts'
import { csrf } from './security/csrf.ts'
import { deserialization } from './security/deserialization.ts'
import { directoryListing } from './security/directory-listing.ts'
import { errorDisclosure } from './security/error-disclosure.ts'
import { graphqlHardening } from './security/graphql-hardening.ts'
import { hardcodedSecret } from './security/hardcoded-secret.ts'
import { plainCall } from './security/plain-call.ts'
import { uncheckedCertificate } from './security/unchecked-certificate.ts'
import { unprovenPasswordChange } from './security/unproven-password-change.ts'
import { claimedIdentity } from './security/claimed-identity.ts'
import { unguardedJson } from './errors/unguarded-json.ts'
import { openSocket } from './security/open-socket.ts'
import { noPasswordPolicy } from './security/no-password-policy.ts'
import { socketCrash } from './errors/socket-crash.ts'
import { idor } from './security/idor.ts'
import { insecureCookie } from './security/insecure-cookie.ts'
import { insecureTransport } from './security/insecure-transport.ts'
import { jwt } from './security/jwt.ts'
import { logInjection } from './security/log-injection.ts'
import { massAssignment } from './security/mass-assignment.ts'
import { missingAuth } from './security/missing-auth.ts'
import { missingRole } from './security/missing-role.ts'
import { missingHelmet } from './security/missing-helmet.ts'
import { missingRateLimit } from './security/missing-rate-limit.ts'
import { nosqlInjection } from './security/nosql-injection.ts'
import { openRedirect } from './security/open-redirect.ts'
import { pathTraversal } from './security/path-traversal.ts'
import { plaintextPassword } from './security/plaintext-password.ts'
import { prototypePollution } from './security/prototype-pollution.ts'
import { ldapInjection } from './security/ldap-injection.ts'
import { xpathInjection } from './security/xpath-injection.ts'
import { xmlInjection } from './security/xml-injection.ts'
import { redos } from './security/redos.ts'
import { regexInjection } from './security/regex-injection.ts'
import { sensitiveDataExposure } from './security/sensitive-data-exposure.ts'
import { sensitiveLogging } from './security/sensitive-logging.ts'
import { sessionFixation } from './security/session-fixation.ts'
import { sqlInjection } from './security/sql-injection.ts'
import { ssrf } from './security/ssrf.ts'
import { templateInjection } from './security/template-injection.ts'
import { uploadWithoutLimits } from './security/upload-without-limits.ts'
import { unrestrictedUpload } from './security/unrestricted-upload.ts'
import { formParserMisplaced } from './security/form-parser-misplaced.ts'
import { userEnumeration } from './security/user-enumeration.ts'
import { viewFileInclusion } from './security/view-file-inclusion.ts'
import { weakCrypto } from './security/weak-crypto.ts'
import { weakPasswordPolicy } from './security/weak-password-policy.ts'
import { weakRandom } from './security/weak-random.ts'
import { xss } from './security/xss.ts'
import { xxe } from './security/xxe.ts'
import { missingTests } from './testing/missing-tests.ts'
import { looseShape } from './validation/loose-shape.ts'
import { missingValidation } from './validation/missing-validation.ts'
import { sequentialReads } from './database/sequential-reads.ts'
import { unheardError } from './errors/unheard-error.ts'
import { streamWithoutErrorHandler } from './errors/stream-without-error-handler.ts'
import { silentWorker } from './errors/silent-worker.ts'
import { workerNotClosed } from './production/worker-not-closed.ts'
import { backPressureIgnored } from './scalability/back-pressure-ignored.ts'
import { unboundedConcurrency } from './scalability/unbounded-concurrency.ts'
import { missingNodeEnv } from './production/missing-node-env.ts'
import { serverTimeouts } from './production/server-timeouts.ts'
import { testsNotInCi } from './testing/tests-not-in-ci.ts'
import { largeJson } from './scalability/large-json.ts'
import { memoryInManyProcesses } from './scalability/memory-in-many-processes.ts'
import { pageSizeFromRequest } from './database/page-size-from-request.ts'
import { missingIdempotency } from './database/missing-idempotency.ts'
import { middlewareOrder } from './api/middleware-order.ts'
import { inconsistentAnswers } from './api/inconsistent-answers.ts'
import { cacheHeaders } from './caching/cache-headers.ts'
import { cacheStampede } from './caching/cache-stampede.ts'
import { neverRun } from './organisation/never-run.ts'
import { unknownColumns } from './organisation/unknown-columns.ts'
import { missingFile } from './organisation/missing-file.ts'
import { notAwaited } from './organisation/not-awaited.ts'
import { localAddress } from './organisation/local-address.ts'
import { missingMember } from './organisation/missing-member.ts'
import { fixedResult } from './organisation/fixed-result.ts'
import { emptyList } from './organisation/empty-list.ts'
import { modelMistakes } from './organisation/model-mistakes.ts'
import { thrownStatus } from './api/thrown-status.ts'
import { blamedCaller } from './api/blamed-caller.ts'
import { blamedServer } from './api/blamed-server.ts'
import { missingAsSuccess } from './api/missing-as-success.ts'
import { copiedFunctions } from './organisation/copied-functions.ts'
import { routeMistakes } from './api/route-mistakes.ts'
import { unusedMembers } from './organisation/unused-members.ts'
import { commentedCode } from './organisation/commented-code.ts'
import { alwaysThere } from './organisation/always-there.ts'
import { missingWhere } from './database/missing-where.ts'
import type { Rule } from './rule.ts'

/** Every rule, by area. */
export const rules: readonly Rule[] = [
  inconsistentRoutes,
  inconsistentAnswers,
  middlewareOrder,
  routeMistakes,
  restDesign,
  wrongStatus,
  missingAsSuccess,
  blamedCaller,
  blamedServer,
  thrownStatus,
  missingCache,
  cacheHeaders,
  cacheStampede,
  awaitInLoop,
  connectionPerRequest,
  ddlInRequest,
  leadingWildcard,
  missingIdempotency,
  missingIndex,
  missingTransaction,
  missingWhere,
  nPlusOne,
  overfetch,
  pageSizeFromRequest,
  raceCondition,
  schemaSync,
  sequentialReads,
  unboundedQuery,
  deprecatedApi,
  deprecatedDependency,
  eolNode,
  missingDependency,
  missingEngines,
  missingLockfile,
  outdatedDependency,
  unusedDependency,
  vulnerableDependency,
  vulnerableUse,
  wildcardDependency,
  doubleResponse,
  missingErrorHandling,
  missingErrorMiddleware,
  startedWithoutDatabase,
  unloggedFailure,
  unreachedCatch,
  noResponse,
  silentWorker,
  streamWithoutErrorHandler,
  nullDeref,
  swallowedError,
  throwInCallback,
  unguardedJson,
  socketCrash,
  unhandledRejection,
  unheardError,
  deadCode,
  commentedCode,
  unusedMembers,
  duplicateCode,
  copiedFunctions,
  globalLeak,
  godFile,
  importCycle,
  layering,
  likelyBug,
  modelMistakes,
  emptyList,
  alwaysThere,
  fixedResult,
  localAddress,
  missingMember,
  notAwaited,
  neverRun,
  unknownColumns,
  missingFile,
  timeUnits,
  mixedUpArguments,
  uncalledFunction,
  unknownFields,
  undefinedName,
  unused,
  consoleLogging,
  container,
  healthCheckThatLies,
  missingGracefulShutdown,
  missingHealthCheck,
  missingNodeEnv,
  serverTimeouts,
  swallowedProcessError,
  workerNotClosed,
  eventLoopBlock,
  inMemorySession,
  inMemoryState,
  largeJson,
  backPressureIgnored,
  loopBoundFromInput,
  browserLeftOpen,
  programPerRequest,
  memoryInManyProcesses,
  missingTimeout,
  syncCrypto,
  syncIoInHandler,
  unboundedConcurrency,
  brokenAuth,
  weakProof,
  businessLogic,
  codeInjection,
  commandInjection,
  cors,
  csrf,
  deserialization,
  directoryListing,
  errorDisclosure,
  graphqlHardening,
  hardcodedSecret,
  claimedIdentity,
  idor,
  insecureCookie,
  insecureTransport,
  plainCall,
  uncheckedCertificate,
  jwt,
  logInjection,
  massAssignment,
  missingAuth,
  missingRole,
  missingHelmet,
  missingRateLimit,
  nosqlInjection,
  openRedirect,
  pathTraversal,
  plaintextPassword,
  prototypePollution,
  ldapInjection,
  xpathInjection,
  xmlInjection,
  redos,
  regexInjection,
  openSocket,
  sensitiveDataExposure,
  sensitiveLogging,
  sessionFixation,
  sqlInjection,
  ssrf,
  templateInjection,
  uploadWithoutLimits,
  unprovenPasswordChange,
  unrestrictedUpload,
  formParserMisplaced,
  userEnumeration,
  viewFileInclusion,
  weakCrypto,
  weakPasswordPolicy,
  noPasswordPolicy,
  weakRandom,
  xss,
  xxe,
  missingTests,
  testsNotInCi,
  missingValidation,
  looseShape,
]
