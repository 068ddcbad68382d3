import type { PackageAdvice } from './facts/package-advice.ts'
import { readAsyncWork, type AsyncWork } from './facts/async-work.ts'
import { readCallGraph, type CallGraph } from './facts/call-graph.ts'
import { readCallIndex, type CallIndex } from './facts/call-index.ts'
import { readQueries, type Query } from './facts/queries.ts'
import { readEntities, type Entity } from './facts/entities.ts'
import { Flow } from './facts/flow.ts'
import { Identities } from './facts/identities.ts'
import { Meanings } from './facts/meaning.ts'
import { readModules, type Modules } from './facts/modules.ts'
import { ownModelsFirst } from './facts/own-models.ts'
import { readProject, type ProjectFacts } from './facts/project.ts'
import { withHelpers } from './facts/sql-helpers.ts'
import { readStart } from './facts/start.ts'
import { readSessions, type SessionSetup } from './facts/sessions.ts'
import { readWeb, type WebFacts } from './facts/web.ts'
import { findBrowserFolders } from './parse/browser-folders.ts'
import { findCopiedFolders } from './parse/classify.ts'
import type { FunctionNode } from './parse/ast.ts'
import { readAtOnce } from './parse/once.ts'
import { parseFile, type ParseOutcome, type Place, type Skipped, type Unparsed } from './parse/parse-file.ts'
import type { SourceFile, TextFile } from './parse/source-file.ts'

/** Everything rules may ask about: texts, trees and the facts derived from them. */
export type Codebase = {
  texts: ReadonlyMap<string, string>
  /** The paths of all texts, the same list as long as they stay the same. */
  paths: readonly string[]
  /** The files of all texts, in their order. */
  files: ReadonlyMap<string, TextFile>
  sources: ReadonlyMap<string, SourceFile>
  /** Files that run in production: what most rules look at. */
  production: readonly SourceFile[]
  /** Those, and files that hold nothing but types and stand among them. */
  withTypes: readonly SourceFile[]
  skipped: readonly Skipped[]
  unparsed: readonly Unparsed[]
  project: ProjectFacts
  modules: Modules
  meanings: Meanings
  calls: CallGraph
  /** Functions that run while the process starts. */
  atStart: ReadonlySet<FunctionNode>
  index: CallIndex
  asyncWork: AsyncWork
  identities: Identities
  web: WebFacts
  queries: readonly Query[]
  sessions: readonly SessionSetup[]
  entities: readonly Entity[]
  flow: Flow
  /** What a package registry said, when it was asked. */
  advice: readonly PackageAdvice[]
}

/** What of an earlier state of the files saves reading them anew. */
export type EarlierState = Pick<Codebase, 'paths' | 'files' | 'sources' | 'modules' | 'meanings'>

/** Parses one file; a caller may remember outcomes by content and place. */
export type Parse = (path: string, text: string, place: Place) => ParseOutcome

/** Parses the sources once and derives the facts that rules read; never throws for what the files contain. */
export function readCodebase(
  texts: ReadonlyMap<string, string>,
  parse: Parse = parseFile,
  advice: readonly PackageAdvice[] = [],
  before?: EarlierState,
): Codebase {
  const paths = pathsOf(texts, before)
  const files = new Map<string, TextFile>()
  const sources = new Map<string, SourceFile>()
  const skipped: Skipped[] = []
  const unparsed: Unparsed[] = []
  const browserFolders = findBrowserFolders(texts, paths)
  const copiedFolders = findCopiedFolders(paths)
  for (const [path, text] of texts) {
    if (!isSource(path, text)) {
      files.set(path, textFile(path, text, before))
      continue
    }
    const isIn = (folder: string) => path.startsWith(folder)
    const place = copiedFolders.some(isIn) ? 'copied' : browserFolders.some(isIn) ? 'browser' : undefined
    const outcome = parse(path, text, place)
    files.set(path, 'file' in outcome ? outcome.file : textFile(path, text, before))
    if ('file' in outcome) sources.set(path, outcome.file)
    else if ('skipped' in outcome) skipped.push(outcome.skipped)
    else unparsed.push(outcome.unparsed)
  }
  const project = readProject(texts, paths, files.values())
  const modules = readModules({ sources, files: texts, paths }, before)
  const meanings = new Meanings(modules, sources, before?.meanings)
  const withTypes = [...sources.values()].filter((file) => file.kind === 'production')
  const production = withTypes.filter((file) => !file.outline?.typesOnly)
  production.forEach(readAtOnce)
  const calls = readCallGraph(production, meanings)
  const index = readCallIndex(production, meanings)
  const identities = new Identities(modules, meanings, calls)
  const web = readWeb({ files: production, modules, meanings, calls, identities })
  const hasClient = project.dataClients.length > 0
  const withQueries = [...sources.values()].filter((file) => /^(production|script|migration)$/.test(file.kind))
  const written = withQueries.flatMap((file) => readQueries(file, meanings, hasClient))
  const queries = withHelpers(written, calls)
  const flow = new Flow({ files: production, meanings, calls, handlers: web.handlers })
  return {
    texts,
    paths,
    files,
    sources,
    production,
    withTypes,
    skipped,
    unparsed,
    project,
    modules,
    meanings,
    calls,
    atStart: readStart(calls),
    index,
    asyncWork: readAsyncWork({ files: production, index, meanings, identities, calls }),
    sessions: readSessions(index, production, meanings),
    entities: ownModelsFirst(readEntities({ files: production, texts, index, meanings })),
    identities,
    web,
    queries,
    flow,
    advice,
  }
}

function pathsOf(texts: ReadonlyMap<string, string>, before: EarlierState | undefined): readonly string[] {
  const paths = [...texts.keys()]
  const known = before?.paths
  return known?.length === paths.length && known.every((path, index) => path === paths[index]) ? known : paths
}

/** The same object as before where the text is the same. */
function textFile(path: string, text: string, before: EarlierState | undefined): TextFile {
  const known = before?.files.get(path)
  return known?.text === text ? known : { path, text, remembered: [] }
}

/** Whether a path holds JavaScript or TypeScript: by its extension, or a script's first line. */
function isSource(path: string, text: string): boolean {
  if (/\.d\.[cm]?ts$/.test(path)) return false
  if (/\.[cm]?[jt]sx?$/.test(path)) return true
  return /(^|\/)bin\/[^/.]+$/.test(path) && /^#!.*\bnode\b/.test(text)
}
