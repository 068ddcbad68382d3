import type { ReadCode } from '../../../src/decisions/checks/read-code.ts'
import { analyse } from '../../../src/evidence/analyse.ts'
import { readCodeFacts } from '../../../src/evidence/report/code-facts.ts'

/** Files as a repository that was read whole; `others` are paths that are there and were not read. */
export function readFiles(files: Record<string, string>, others: readonly string[] = []): ReadCode {
  const texts = new Map(Object.entries(files))
  return { texts, facts: readCodeFacts(analyse(texts)), paths: new Set([...texts.keys(), ...others]) }
}

export function manifest(json: object): string {
  return `${JSON.stringify({ name: 'orders', private: true, ...json }, null, 2)}\n`
}

/** A package-lock.json that installs these versions. */
export function lock(versions: Record<string, string>): string {
  const packages = Object.entries(versions).map(([name, version]) => [`node_modules/${name}`, { version }])
  return `${JSON.stringify({ lockfileVersion: 3, packages: { '': {}, ...Object.fromEntries(packages) } }, null, 2)}\n`
}
