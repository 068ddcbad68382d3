import semver from 'semver'
import { readPrivatePackages } from '../../npm/private-packages.ts'
import {
  checkPackages,
  type PackageClaim,
  type PackageVerdict,
  type RepositoryPackages,
  type VersionFinder,
} from '../../verify/check-packages.ts'
import { findPackageMentions } from '../../verify/package-mentions.ts'
import type { OpenRepository } from '../open-code.ts'
import { type BlockLayout, codeSpanAt, lineUnder, type Stretch } from './block-layout.ts'
import { type Edit, insertion } from './edits.ts'
import type { GateCounts } from './gate-counts.ts'

/** Asks about packages, each within a limit that the asker knows. */
export type AskPackage = (claim: PackageClaim) => Promise<PackageVerdict>

/** Labels the packages and versions of a block that neither its repositories nor the registry know. */
export async function checkBlockPackages(
  markdown: string,
  { prose, fences }: BlockLayout,
  ask: AskPackage,
  counts: GateCounts,
): Promise<Edit[]> {
  const verdicts = new Map<string, Promise<PackageVerdict>>()
  const judge = (claim: PackageClaim) => {
    const key = nameWithRange(claim)
    const verdict = verdicts.get(key) ?? ask(claim)
    verdicts.set(key, verdict)
    return verdict
  }
  const inProse = prose.map(async (stretch) => {
    const found = await judgeAll(mentionsInProse(stretch.text), judge)
    return found.flatMap(({ claim, sentence }) => labelInProse(stretch, claim, sentence))
  })
  const inFences = fences.map(async (fence) => {
    const found = await judgeAll(
      findPackageMentions(`\`\`\`\`\`\`${fence.language}\n${fence.code}\n\`\`\`\`\`\``),
      judge,
    )
    return found.map(({ claim, sentence }) => lineUnder(fence, markdown, `\`${nameWithRange(claim)}\`: ${sentence}.`))
  })
  const edits = await Promise.all([...inProse, ...inFences])
  for (const [claim, verdict] of verdicts) count(await verdict, claim, counts)
  return edits.flat()
}

async function judgeAll(claims: readonly PackageClaim[], ask: AskPackage) {
  const judged = await Promise.all(claims.map(async (claim) => ({ claim, sentence: describe(await ask(claim)) })))
  return judged.flatMap(({ claim, sentence }) => (sentence === undefined ? [] : [{ claim, sentence }]))
}

function describe(verdict: PackageVerdict): string | undefined {
  if (verdict.kind === 'unknown') return 'not on npm'
  if (verdict.kind !== 'no-such-version') return undefined
  return `no such version on npm${verdict.latest ? `, latest is ${verdict.latest}` : ''}`
}

function count({ kind }: PackageVerdict, claim: string, counts: GateCounts): void {
  if (kind === 'unknown') counts.add('packages', claim.replace(/(?<=.)@.*$/, ''))
  if (kind === 'no-such-version') counts.add('versions', claim)
  if (kind === 'not-checked') counts.add('packagesNotChecked', claim)
}

const versioned = /(?<![\w/.@:])(@[\w.-]{1,100}\/[\w.-]{1,100}|[a-z][\w.-]{0,100})@([\^~]?\d[\w.+-]{0,60})/gi
const address = /\b[a-z][a-z+.-]{0,20}:\/\/[^\s)>\]`]+/gi

/** What is installed by a command, and what is written as `name@1.2.3`. */
function mentionsInProse(text: string): PackageClaim[] {
  const plain = text.replace(address, (whole) => ' '.repeat(whole.length))
  const named = [...plain.matchAll(versioned)].flatMap(([, name = '', written = '']) => {
    const range = written.replace(/[.-]+$/, '')
    return /^node(?:js)?$/i.test(name) || semver.validRange(range) === null ? [] : [{ name: name.toLowerCase(), range }]
  })
  const known = new Set(named.map(nameWithRange))
  return [...named, ...findPackageMentions(plain).filter((mention) => !known.has(nameWithRange(mention)))]
}

function labelInProse({ at, text }: Stretch, claim: PackageClaim, sentence: string): Edit[] {
  const written = nameWithRange(claim)
  const found = new RegExp(String.raw`(?<![\w@/.-])${RegExp.escape(written)}(?![\w/-]|\.\w)`, 'i').exec(text)
  if (!found) return []
  const span = codeSpanAt(text, found.index)
  const isWhole = !span || span.code.trim().toLowerCase() === written.toLowerCase()
  const end = span?.end ?? found.index + written.length
  return [insertion(at + end, isWhole ? ` (${sentence})` : ` (\`${written}\`: ${sentence})`)]
}

function nameWithRange({ name, range }: PackageClaim): string {
  return range === undefined ? name : `${name}@${range}`
}

/** What the open repositories say of packages: what they have installed, and what no registry may be asked about. */
export function packagesOf(repositories: readonly OpenRepository[]): RepositoryPackages {
  const projects = repositories.map(({ project }) => project)
  const names = projects.flatMap(({ manifests }) => manifests.flatMap(({ name }) => name ?? []))
  const folders = new Set(repositories.flatMap(({ files }) => files.flatMap(({ path }) => foldersOf(path))))
  const { isPrivate } = readPrivatePackages(names, [])
  const dependencies = projects.flatMap((project) => project.dependencies)
  return {
    // A compiler can be told to look in the source folders too, and then a folder is imported like a package.
    isOwn: (name) => isPrivate(name) || folders.has(name),
    installed: new Map(dependencies.map(({ name, range, installed }) => [name, installed ?? exact(range)])),
  }
}

function exact(range: string): string | undefined {
  return semver.valid(range) ?? undefined
}

function foldersOf(path: string): string[] {
  const [first, second, third] = path.split('/')
  if (first === undefined || second === undefined) return []
  return first === 'src' && third !== undefined ? [first, second] : [first]
}

/** Asks about one package at a time. */
export function createAsk(repository: RepositoryPackages, registry: VersionFinder): AskPackage {
  return async (claim) => {
    const [check] = await checkPackages([claim], repository, registry)
    return check?.verdict ?? { kind: 'not-checked', sentence: '' }
  }
}
