import type { Codebase } from '../../../codebase.ts'
import { textFile } from '../../places.ts'
import type { Match, Words } from '../../rule.ts'
import { faultsIn, type RowFault } from './row-faults.ts'
import { builtAtStart, debuggable, openToAll, privileged, published, unrepeatable } from './words.ts'

/** Said once for all files. */
export const noVersion = 'The image has no version: another one may come with the next pull.'

/** What a compose file for more than one developer's machine sets wrongly. */
export function inComposeFile(codebase: Codebase, path: string): Match[] {
  if (/dev|test|override|local/i.test(path)) return []
  const file = textFile(codebase, path)
  // Deep in the project, and with nothing of its own: a database to try something with.
  if (path.split('/').length > 2 && !/^\s*build:/m.test(file.text)) return []
  const rows = file.text.split('\n')
  const known = ofDeveloper.test(file.text) ? faults : [openDebugger, ...faults]
  return faultsIn(rows, known).map((fault) => ({ file, ...fault }))
}

function pinned(row: string): Words['fix'] & object {
  const image = /image:\s*["']?([\w./-]+)/.exec(row)?.[1] ?? 'mongo'
  return { say: 'Name the version that you run.', code: { any: `image: ${image}:<version>` } }
}

const onlyHere: Words['fix'] & object = {
  say: 'Start without the inspector; where it is needed, publish its port on this machine alone.',
  code: { any: 'ports:\n  - "127.0.0.1:9229:9229"' },
}

const ofDeveloper = /NODE_ENV['"]?\s*[:=]\s*['"]?dev|nodemon|localstack|maildev|mailhog|run\W+(start:)?dev\b/i

const ofOpen = /:(27017|6379)["']?\s*(#.*)?$/
/** MongoDB and Redis ask for one only where they are given one. */
const asksForPassword =
  /MONGO_INITDB_ROOT_(USERNAME|PASSWORD)|--auth\b|requirepass|REDIS_PASSWORD|redis\.conf|mongod?\.conf/

const openDebugger: RowFault = {
  when: /^\s*-\s*["']?(0\.0\.0\.0:)?(\d+:)?(9229|5858)(:\d+)?["']?\s*(#.*)?$/,
  words: { ...debuggable, fix: onlyHere },
  message: 'The port of the debugger is published: whoever reaches it runs code.',
}

const faults: readonly RowFault[] = [
  {
    when: /^\s*-\s*["']?(0\.0\.0\.0:)?\d+:(27017|6379)["']?\s*(#.*)?$/,
    unless: (rows) => asksForPassword.test(rows.join('\n')),
    severity: 'low',
    words: openToAll,
    message: 'The port of a database that asks for no password is published on every address of the host.',
  },
  {
    when: /^\s*-\s*["']?(0\.0\.0\.0:)?\d+:(27017|3306|5432|6379|1433|9200|5984|11211)["']?\s*(#.*)?$/,
    unless: (rows, index) => ofOpen.test(rows[index] ?? '') && !asksForPassword.test(rows.join('\n')),
    severity: 'info',
    words: published,
    message: 'The port of the database is published on every address of the host.',
  },
  {
    when: /^\s*image:\s*["']?[\w./-]+(:latest)?["']?\s*(#.*)?$/,
    unless: isBuilt,
    severity: 'low',
    words: unrepeatable,
    fixFor: pinned,
    message: noVersion,
  },
  {
    when: /^\s*command:.*\b(npm|yarn|pnpm)( run)? build\b.*&&/,
    severity: 'low',
    words: builtAtStart,
    message: 'The container builds when it starts: each start is slow, and may give another result.',
  },
  {
    when: /^\s*privileged\s*:\s*true/,
    severity: 'high',
    words: privileged,
    message: 'The container may do what the host may do.',
  },
]

/** An image that the same service builds takes its name from here. */
function isBuilt(rows: readonly string[], index: number): boolean {
  const indentOf = (row: string) => row.search(/\S|$/)
  const indent = indentOf(rows[index] ?? '')
  const belongs = (row: string) => row.trim() === '' || indentOf(row) >= indent
  const end = rows.findIndex((row, at) => at > index && !belongs(row))
  const start = rows.findLastIndex((row, at) => at < index && !belongs(row))
  return rows
    .slice(start + 1, end < 0 ? undefined : end)
    .some((row) => indentOf(row) === indent && /^\s*build:/.test(row))
}
