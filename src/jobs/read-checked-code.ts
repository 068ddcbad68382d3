import type { CodeAudience } from '../access/visible-repository.ts'
import type { CheckedCode } from '../decisions/checks/refresh-checks.ts'
import type { ChangeHistory } from '../decisions/checks/record-checks.ts'
import type { BackgroundAnalyst } from '../evidence/background-analyst.ts'
import type { GitHub } from '../github/github.ts'
import type { RepositoryRef } from '../github/target.ts'
import { readTextsAt } from '../reviews/read-texts.ts'

const noAccess = 'no access'

/** Reads default branches on GitHub as far as those who will hear of it may see them. */
export function createCheckedCode(
  { github, analyst, signal }: { github: GitHub; analyst: Pick<BackgroundAnalyst, 'analyse'>; signal: AbortSignal },
  audience: CodeAudience,
): CheckedCode {
  return {
    findHead: async (repository) => {
      const head = await github.resolveHead(refOf(repository), { signal })
      if (!head.ok) return { unreadable: head.problem.kind === 'not-found' ? noAccess : head.problem.sentence }
      const { owner, name, private: isPrivate } = head.value.repository
      const fullName = `${owner}/${name}`
      if (fullName.toLowerCase() !== repository) return { renamed: true }
      const isSeen = await audience.mayRead({ fullName, private: isPrivate })
      return isSeen ? { sha: head.value.pin.sha } : { unreadable: noAccess }
    },
    read: async (repository, sha) => {
      const read = await readTextsAt(github, { ...refOf(repository), sha }, { signal, onProgress: () => undefined })
      if (!read.ok) return { unreadable: read.problem.sentence }
      const { files, texts, isWhole } = read.value
      if (!isWhole) return { unreadable: 'the repository is too large to be read whole' }
      const { facts } = await analyst.analyse(texts)
      const unread = new Set(files.filter((file) => file.unread !== undefined).map(({ path }) => path))
      return {
        texts: new Map([...texts].filter(([path]) => !unread.has(path))),
        facts,
        paths: new Set(files.map(({ path }) => path)),
      }
    },
  }
}

/** Asks GitHub which change broke something; what it cannot say now stays unknown. */
export function createChangeHistory(github: GitHub, signal: AbortSignal): ChangeHistory {
  return {
    findIntroduction: async ({ repository, ...question }) => {
      const found = await github.findIntroduction(refOf(repository), question, { signal })
      return found.ok ? found.value : undefined
    },
  }
}

/** A repository by its `owner/name`. */
export function refOf(repository: string): RepositoryRef {
  const [owner = '', name = ''] = repository.split('/')
  return { owner, name }
}
