import { checkCode } from '../../verify/check-code.ts'
import { checkPackages, type PackageCheck, type VersionFinder } from '../../verify/check-packages.ts'
import { findPackageMentions } from '../../verify/package-mentions.ts'
import { isPackageName } from '../../npm/package-name.ts'
import type { TargetCode } from './target-code.ts'

export interface ClaimedFix {
  readonly code: string | null
  readonly language: string
  readonly packages: readonly { readonly name: string; readonly version: string }[]
}

export interface CheckedFix {
  readonly code: string | undefined
  readonly language: string
  /** As people write them: `name@1.2.3`. */
  readonly needs: readonly string[]
  readonly labels: readonly string[]
  /** What does not hold, for whoever repairs it; empty when all does. */
  readonly problems: readonly string[]
  readonly dropped: { readonly packages: number; readonly code: number }
}

const longestCode = 6000
const mostPackages = 6

/** A fix without what does not hold: code that does not parse or imports what does not exist, and packages nobody knows. */
export async function checkFix(fix: ClaimedFix, code: TargetCode, registry: VersionFinder): Promise<CheckedFix> {
  const language = /^[\w#+-]{1,20}$/.test(fix.language) ? fix.language.toLowerCase() : 'ts'
  const text = readCode(fix.code)
  const imported = findPackageMentions(`\`\`\`${language}\n${text ?? ''}\n\`\`\``)
  const asked = fix.packages.slice(0, mostPackages).map(({ name, version }) => ({ name, range: version.trim() }))
  const named = asked.filter(({ name, range }) => isPackageName(name) && /^[\w.^~<>=|*+ -]{0,40}$/.test(range))
  const unnameable = asked.length - named.length
  const claims = [...named, ...imported.filter(({ name }) => !named.some((claim) => claim.name === name))]
  const checks = await checkPackages(claims.map(withoutEmptyRange), code.packages, registry)
  const isImported = new Set(imported.map(({ name }) => name))
  const unknown = checks.filter(({ verdict }) => verdict.kind === 'unknown')
  const wrongVersion = checks.filter(({ verdict }) => verdict.kind === 'no-such-version')
  const parsed = text === undefined ? undefined : checkCode(text, language)
  const fault =
    parsed?.kind === 'error' ? `The code does not parse in line ${parsed.line}: ${parsed.message}` : undefined
  const importsUnknown = unknown.some(({ claim }) => isImported.has(claim.name))
  const keepsCode = text !== undefined && fault === undefined && !importsUnknown
  const good = checks
    .slice(0, named.length)
    .filter((check) => !unknown.includes(check) && !wrongVersion.includes(check))
  return {
    code: keepsCode ? text : undefined,
    language,
    needs: good.map(({ claim }) => (claim.range ? `${claim.name}@${claim.range}` : claim.name)),
    labels: [...labelsOf(checks), ...(text !== undefined && !keepsCode ? [leftOut(importsUnknown)] : [])],
    problems: [
      ...(unnameable > 0 ? ['A package has no name or version that npm knows.'] : []),
      ...(fault === undefined ? [] : [fault]),
      ...unknown.map(({ claim }) => `The package ${claim.name} does not exist.`),
      ...wrongVersion.map(({ claim }) => `The package ${claim.name} has no version ${claim.range ?? ''}.`),
    ],
    dropped: {
      packages: unknown.length + wrongVersion.length + unnameable,
      code: text !== undefined && !keepsCode ? 1 : 0,
    },
  }
}

/** Models put code into fences although they are told not to. */
function readCode(code: string | null): string | undefined {
  const text = code?.replace(/^\s*```[^\n]*\n([\s\S]*?)\n?```\s*$/, '$1').replace(/\s+$/, '')
  return text === undefined || text.trim() === '' || text.length > longestCode ? undefined : text
}

function withoutEmptyRange({ name, range }: { name: string; range?: string }) {
  return range ? { name, range } : { name }
}

function labelsOf(checks: readonly PackageCheck[]): string[] {
  return checks.flatMap(({ claim, verdict }) => {
    if (verdict.kind === 'not-checked') return [`${claim.name} was not checked: ${verdict.sentence}`]
    return verdict.kind === 'deprecated' ? [`${claim.name} is deprecated: ${verdict.reason}`] : []
  })
}

function leftOut(importsUnknown: boolean): string {
  return importsUnknown
    ? 'The example used a package that does not exist and is left out.'
    : 'The example did not parse and is left out.'
}
