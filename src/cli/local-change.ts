import { execFile } from 'node:child_process'

export interface LocalChange {
  /** As it was asked for. */
  name: string
  /** The commit that the branch and the base both come from. */
  sha: string
  files: readonly string[]
  /** The folder as it was at that commit. */
  texts: ReadonlyMap<string, string>
}

const largestAnswerBytes = 500_000_000

/** What a folder changed since it left a branch, tag or commit, uncommitted work included; one sentence when git cannot say. */
export async function readLocalChange(
  root: string,
  base: string,
  now: ReadonlyMap<string, string>,
): Promise<LocalChange | string> {
  const inside = await askGit(root, ['rev-parse', '--is-inside-work-tree'])
  if (inside === undefined) return `${root} is in no git repository, so there is no ${base} to compare with.`
  const named = await askGit(root, ['rev-parse', '--verify', '--quiet', '--end-of-options', `${base}^{commit}`])
  if (named === undefined) return `There is no branch, tag or commit ${base}. In a shallow clone, fetch it first.`
  const commit = text(named).trim()
  const fork = await askGit(root, ['merge-base', commit, 'HEAD'])
  if (fork === undefined) return `${base} and this branch share no history. In a shallow clone, fetch more of it first.`
  const sha = text(fork).trim()
  const changed = await askGit(root, ['diff', '--name-only', '--no-renames', '--no-ext-diff', '-z', '--relative', sha])
  const added = await askGit(root, ['ls-files', '--others', '--exclude-standard', '-z'])
  if (changed === undefined || added === undefined) return `git could not compare ${root} with ${base}.`
  const files = [...new Set([...splitNames(changed), ...splitNames(added)])].sort()
  return { name: base, sha, files, texts: await readBase(root, { sha, files, now }) }
}

async function readBase(
  root: string,
  { sha, files, now }: { sha: string; files: readonly string[]; now: ReadonlyMap<string, string> },
): Promise<ReadonlyMap<string, string>> {
  const texts = new Map(now)
  for (const path of files) {
    const before = await askGit(root, ['cat-file', 'blob', `${sha}:./${path}`])
    if (before === undefined || before.includes(0)) texts.delete(path)
    else texts.set(path, text(before))
  }
  return texts
}

function splitNames(answer: Buffer): string[] {
  return text(answer).split('\0').filter(Boolean)
}

function text(answer: Buffer): string {
  return answer.toString('utf8')
}

/** What git prints; undefined when it refuses. Nothing that the repository configures is run. */
function askGit(root: string, args: readonly string[]): Promise<Buffer | undefined> {
  const safe = ['-C', root, '-c', 'core.fsmonitor=false', '-c', 'core.hooksPath=/dev/null', ...args]
  const { promise, resolve, reject } = Promise.withResolvers<Buffer | undefined>()
  execFile('git', safe, { encoding: 'buffer', maxBuffer: largestAnswerBytes }, (error, stdout) => {
    if (error?.code === 'ENOENT') reject(new Error('git is not installed', { cause: error }))
    else resolve(error ? undefined : stdout)
  })
  return promise
}
