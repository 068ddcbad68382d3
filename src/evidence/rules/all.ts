import { deprecatedApi } from './dependencies/deprecated-api.ts'
import { deprecatedDependency } from './dependencies/deprecated-dependency.ts'
import { eolNode } from './dependencies/eol-node.ts'
import { missingDependency } from './dependencies/missing-dependency.ts'
import { missingEngines } from './dependencies/missing-engines.ts'
import { missingLockfile } from './dependencies/missing-lockfile.ts'
import { unusedDependency } from './dependencies/unused-dependency.ts'
import { vulnerableDependency } from './dependencies/vulnerable-dependency.ts'
import { vulnerableUse } from './dependencies/vulnerable-use.ts'
import { wildcardDependency } from './dependencies/wildcard-dependency.ts'
import { inMemorySession } from './scalability/in-memory-session.ts'
import { codeInjection } from './security/code-injection.ts'
import { commandInjection } from './security/command-injection.ts'
import { cors } from './security/cors.ts'
import { csrf } from './security/csrf.ts'
import { deserialization } from './security/deserialization.ts'
import { hardcodedSecret } from './security/hardcoded-secret.ts'
import { insecureCookie } from './security/insecure-cookie.ts'
import { jwt } from './security/jwt.ts'
import { logInjection } from './security/log-injection.ts'
import { missingHelmet } from './security/missing-helmet.ts'
import { missingRateLimit } from './security/missing-rate-limit.ts'
import { nosqlInjection } from './security/nosql-injection.ts'
import { openRedirect } from './security/open-redirect.ts'
import { pathTraversal } from './security/path-traversal.ts'
import { plaintextPassword } from './security/plaintext-password.ts'
import { prototypePollution } from './security/prototype-pollution.ts'
import { ldapInjection } from './security/query-language-injection.ts'
import { xpathInjection } from './security/query-language-injection.ts'
import { xmlInjection } from './security/query-language-injection.ts'
import { redos } from './security/redos.ts'
import { regexInjection } from './security/regex-injection.ts'
import { sessionFixation } from './security/session-fixation.ts'
import { sqlInjection } from './security/sql-injection.ts'
import { ssrf } from './security/ssrf.ts'
import { templateInjection } from './security/template-injection.ts'
import { viewFileInclusion } from './security/view-file-inclusion.ts'
import { weakCrypto } from './security/weak-crypto.ts'
import { weakPasswordPolicy } from './security/weak-password-policy.ts'
import { weakRandom } from './security/weak-random.ts'
import { xss } from './security/xss.ts'
import { xxe } from './security/xxe.ts'
import type { Rule } from './rule.ts'

/** Every rule, by area. */
export const rules: readonly Rule[] = [
  deprecatedApi,
  deprecatedDependency,
  eolNode,
  missingDependency,
  missingEngines,
  missingLockfile,
  unusedDependency,
  vulnerableDependency,
  vulnerableUse,
  wildcardDependency,
  inMemorySession,
  codeInjection,
  commandInjection,
  cors,
  csrf,
  deserialization,
  hardcodedSecret,
  insecureCookie,
  jwt,
  logInjection,
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
  sessionFixation,
  sqlInjection,
  ssrf,
  templateInjection,
  viewFileInclusion,
  weakCrypto,
  weakPasswordPolicy,
  weakRandom,
  xss,
  xxe,
]
