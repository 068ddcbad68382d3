import { codeInjection } from './security/code-injection.ts'
import { commandInjection } from './security/command-injection.ts'
import { nosqlInjection } from './security/nosql-injection.ts'
import { openRedirect } from './security/open-redirect.ts'
import { pathTraversal } from './security/path-traversal.ts'
import { sqlInjection } from './security/sql-injection.ts'
import { ssrf } from './security/ssrf.ts'
import { templateInjection } from './security/template-injection.ts'
import type { Rule } from './rule.ts'

/** Every rule, by area. */
export const rules: readonly Rule[] = [
  codeInjection,
  commandInjection,
  nosqlInjection,
  openRedirect,
  pathTraversal,
  sqlInjection,
  ssrf,
  templateInjection,
]
