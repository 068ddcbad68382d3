import type { Found, RepositoryReader } from '../agent/tools/repository-reader.ts'
import type { Outcome } from '../github/outcome.ts'
import type { CodeHost } from './code-host.ts'
import type { OpenRepository } from './open-code.ts'

/** Lets the model's tools read the open repositories, each only at the commit it is pinned to; `noteText` hears of every text read. */
export function createRepositoryReader(
  host: CodeHost,
  open: readonly OpenRepository[],
  noteText: (fullName: string, path: string, text: string) => void,
): RepositoryReader {
  const pinOf = (fullName: string) => {
    const found = open.find((repository) => repository.fullName.toLowerCase() === fullName.toLowerCase())
    if (!found) throw new Error(`${fullName} is not open in this thread`)
    return found.pin
  }
  return {
    repositories: open.map((repository) => repository.fullName),
    listFiles: async (repository, folder, signal) =>
      found(await host.listFiles(pinOf(repository), { path: folder, signal }), ({ files }) =>
        files.map((file) => file.path),
      ),
    readFile: async (repository, path, signal) =>
      found(await host.readFile(pinOf(repository), path, { signal }), ({ path, text }) => {
        noteText(repository, path, text)
        return { text, url: host.permalink(pinOf(repository), path) }
      }),
    searchCode: async (repository, words, signal) =>
      found(await host.searchCode(pinOf(repository), words, { signal }), ({ hits }) =>
        hits.map(({ path, line, text }) => ({
          path,
          line,
          text,
          url: host.permalink(pinOf(repository), path, { start: line, end: line }),
        })),
      ),
  }
}

function found<From, To>(outcome: Outcome<From>, convert: (value: From) => To): Found<To> {
  return outcome.ok ? { ok: true, value: convert(outcome.value) } : { ok: false, sentence: outcome.problem.sentence }
}
