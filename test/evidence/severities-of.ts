import { analyse } from '../../src/evidence/analyse.ts'
import { rules } from '../../src/evidence/rules/all.ts'

/** How much each thing weighs that one rule finds in some files. */
export function severitiesOf(rule: string, files: Readonly<Record<string, string>>) {
  const only = rules.filter(({ id }) => id === rule)
  return analyse(new Map(Object.entries(files)), { rules: only }).findings.map(({ severity }) => severity)
}

export function severities(rule: string, path: string, text: string) {
  return severitiesOf(rule, { [path]: text })
}
