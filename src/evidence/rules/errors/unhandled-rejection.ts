import type { Codebase } from '../../codebase.ts'
import { versionInUse } from '../../facts/node-version.ts'
import { readProcessEvents } from '../../facts/process-events.ts'
import { says } from '../../parse/once.ts'
import { bySentence, firstOfFile } from '../matches.ts'
import type { Match, Rule } from '../rule.ts'
import { ignoredCallbacks, namedListeners, socketMiddleware, unheard } from './unhandled-rejection/async-callbacks.ts'
import { ignoredHandlers } from './unhandled-rejection/async-handlers.ts'
import { chainsWithoutCatch, type Listening } from './unhandled-rejection/open-chains.ts'
import { startedAndLeft, unwaited, unwaitedWork } from './unhandled-rejection/started-and-left.ts'
import { storesLeft } from './unhandled-rejection/stores-left.ts'

export const unhandledRejection: Rule = {
  id: 'unhandled-rejection',
  category: 'unhandled-rejection',
  severity: 'high',
  confidence: 'high',
  title: 'Nobody handles the failure of a promise',
  why: 'Since Node.js 15 an unhandled rejection stops the process; where something catches it globally, the request still waits for an answer that never comes.',
  effects: {
    safety: 'One failing query ends the process for everyone.',
    latency: 'The caller waits until its own timeout.',
  },
  fix: {
    say: 'Await inside a handler whose errors reach the error middleware.',
    code: {
      Express:
        "router.get('/users', async (req, res, next) => {\n  try {\n    res.json(await User.findAll({ limit: 50 }))\n  } catch (error) {\n    next(error)\n  }\n})   // Express 5 passes rejections to the error middleware by itself",
      any: 'await job.save()',
    },
  },
  sources: [
    'https://nodejs.org/api/process.html#event-unhandledrejection',
    'https://expressjs.com/en/guide/error-handling.html',
  ],
  *find(codebase) {
    const found = failures(codebase)
    yield* warnsOnly(codebase) ? atMostMedium(found) : found
  },
}

function* failures(codebase: Codebase): Iterable<Match> {
  const listening = readListening(codebase)
  const { guarded } = listening
  const named = guarded ? [] : [...namedListeners(codebase)]
  for (const file of codebase.production) {
    yield* firstOfFile(chainsWithoutCatch(codebase, file, listening))
    const ofFile = named.filter((match) => match.file === file)
    if (!guarded) yield* listenersAsOne([...ignoredCallbacks(codebase, file), ...ofFile])
  }
  if (!guarded) yield* socketMiddleware(codebase)
  yield* guarded ? byFile(ignoredHandlers(codebase)) : byCause([...ignoredHandlers(codebase)])
  yield* writesAsOne(startedAndLeft(codebase, guarded))
  if (!guarded) yield* storesLeft(codebase)
}

/** The image runs a Node.js that prints a warning and goes on. */
function warnsOnly({ project }: Codebase): boolean {
  const claim = versionInUse(project.node.claims)
  return claim !== undefined && /file|volta/i.test(claim.source) && (claim.major ?? firstToStop) < firstToStop
}

const firstToStop = 15

function* atMostMedium(matches: Iterable<Match>): Iterable<Match> {
  for (const match of matches)
    yield match.severity === 'low' || match.severity === 'info' ? match : { ...match, severity: 'medium' }
}

/** What the listeners of a file lack, one function around them gives. */
function* listenersAsOne(matches: readonly Match[]): Iterable<Match> {
  yield* matches.filter(({ message }) => message !== unheard)
  yield* bySentence(matches.filter(({ message }) => message === unheard))
}

function readListening(codebase: Codebase): Listening {
  const listened = readProcessEvents(codebase.index, codebase.meanings, codebase.calls).filter(
    ({ event }) => event === 'unhandledRejection',
  )
  const byLibrary = listensByItself(codebase)
  return {
    heard: byLibrary || listened.length > 0,
    guarded: listened.some(({ exits }) => !exits) || (byLibrary && listened.length === 0),
  }
}

/** Egg logs rejections nobody handled, and so does Sentry unless it is told to be strict: both go on. */
function listensByItself({ index, project, production }: Codebase): boolean {
  if (project.dependencies.some(({ name, dev }) => name === 'egg' && !dev)) return true
  return (
    index.named(/^@sentry\/(node|nestjs|google-cloud-serverless|aws-serverless)\.init$/).length > 0 &&
    !production.some(strictSentry)
  )
}

const strictSentry = says(/[oO]nUnhandledRejection\w*\(\s*\{[^}]*mode|defaultIntegrations\s*:\s*(false|\[)/)

/** Where the process lives on, handlers that leave a request waiting have one cause for each router. */
function* byFile(matches: Iterable<Match>): Iterable<Match> {
  for (const group of Map.groupBy(matches, (match) => match.file).values()) {
    const [first, ...rest] = group
    if (first) yield { ...first, severity: 'medium', also: rest.map((match) => placeOf(match)) }
  }
}

/** A file that hardly ever waits for its writes is told of once. */
function* writesAsOne(matches: Iterable<Match>): Iterable<Match> {
  const all = [...matches]
  const areWrites = ({ words }: Match) => words === unwaited || words === unwaitedWork
  yield* firstOfFile(all.filter(areWrites))
  yield* all.filter((match) => !areWrites(match))
}

const fewHandlers = 8

/** Where hardly any handler is looked after, one thing is missing: the worst is said once, and each router once. */
function* byCause(matches: readonly Match[]): Iterable<Match> {
  if (matches.length <= fewHandlers) return yield* matches
  const [worst, ...others] = firstOfFile(matches, { least: 2 })
  if (worst) yield worst
  yield* atMostMedium(others)
}

function placeOf({ file, line }: Match): { path: string; line: number } {
  return { path: file.path, line: line ?? 1 }
}
