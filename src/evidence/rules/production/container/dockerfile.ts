import type { Codebase } from '../../../codebase.ts'
import { textFile } from '../../places.ts'
import type { Match } from '../../rule.ts'
import { lineOfCopiedSettings } from './copied-settings.ts'
import { lineOfDevelopmentPackages } from './development-packages.ts'
import { lackingProgram } from './health-check-program.ts'
import { adviceOnInstall } from './installs.ts'
import { faultsIn, type RowFault } from './row-faults.ts'
import {
  alwaysUnhealthy,
  asRoot,
  deafToSignals,
  debuggable,
  forDevelopment,
  outOfSupport,
  toldByHistory,
  tooMuch,
  unbuildable,
  unrepeatable,
  withSettings,
} from './words.ts'

/** What the Dockerfile of a Node.js service sets wrongly for production. */
export function* inDockerfile(codebase: Codebase, path: string): Iterable<Match> {
  const file = textFile(codebase, path)
  const rows = file.text.split('\n')
  if (!rows.some((row) => bringsNode.test(row)) || forDevelopers.test(path.replace(/Dockerfile/, ''))) return
  const last = lastStage(rows)
  if (runsAsRoot(rows.slice(last)))
    yield {
      file,
      line: commandLine(rows) ?? last + 1,
      words: asRoot,
      message: 'The process runs as root: there is no `USER`.',
    }
  const shipped = lineOfDevelopmentPackages(rows)
  if (shipped !== undefined)
    yield { file, line: shipped, severity: 'low', words: tooMuch, message: developmentPackages }
  for (const index of rows.keys()) {
    const advice = adviceOnInstall({ rows, index, inLastStage: index >= last }, codebase)
    if (advice !== undefined) yield { file, line: index + 1, severity: 'low', words: unrepeatable, message: advice }
  }
  const copied = lineOfCopiedSettings(codebase, path, rows, last)
  if (copied !== undefined) yield { file, line: copied, severity: 'low', words: withSettings, message: settings }
  const lacking = lackingProgram(rows, last)
  if (lacking)
    yield {
      file,
      line: lacking.line,
      words: alwaysUnhealthy,
      message: `This image has no \`${lacking.program}\`: the health check always fails.`,
    }
  for (const fault of faultsIn(rows, faults)) yield { file, ...fault }
}

const bringsNode = /^\s*FROM\s+.*node|^\s*RUN\b.*\b(nodejs|nodesource)\b/i
const forDevelopers = /dev|test|\.ci|integration|e2e|local/i
const developmentPackages =
  'The packages of the build stage are shipped with those for development: run `npm prune --omit=dev` before.'
const settings = 'Everything is copied, `.env` too: no `.dockerignore` leaves it out.'

function lastStage(rows: readonly string[]): number {
  return Math.max(
    0,
    rows.findLastIndex((row) => /^\s*FROM\s/i.test(row)),
  )
}

function commandLine(rows: readonly string[]): number | undefined {
  const index = rows.findLastIndex((row) => /^\s*(CMD|ENTRYPOINT)\b/i.test(row))
  return index < 0 ? undefined : index + 1
}

function runsAsRoot(stage: readonly string[]): boolean {
  const from = stage[0] ?? ''
  const text = stage.join('\n')
  const user = stage.findLast((row) => /^\s*USER\s+/i.test(row)) ?? 'USER root'
  if (/distroless.*nonroot|:nonroot/.test(from) || !/USER\s+(root|0)\b/i.test(user)) return false
  if (forAnyUser.test(text) || /lambda/i.test(text)) return false
  return /node/i.test(from) || /\b(nodejs|nodesource)\b/i.test(text)
}

/** What any user of group 0 may run is made for a platform that gives each container a user of its own. */
const forAnyUser = /chmod\s+(-R\s+)?g[=+]u|chgrp\s+-R\s+(0|root)/

function isBuildStage(rows: readonly string[], index: number): boolean {
  return index < lastStage(rows)
}

const faults: readonly RowFault[] = [
  {
    when: /^\s*ARG\s+(?!\w*PUBLIC)\w*(SECRET|PASSWORD|PASSWD|PRIVATE_KEY|ACCESS_KEY|API_KEY|ENCRYPTION_KEY|AUTH_TOKEN)(?!_(FILE|ID|NAME|PATH))\w*\s*$/i,
    unless: (rows, index) => isBuildStage(rows, index) || !rows.slice(index).some((row) => /^\s*RUN\b/i.test(row)),
    words: toldByHistory,
    message: 'A secret that is an argument of the build stays in the history of the image.',
  },
  {
    when: /^\s*ADD\s+(?!.*--checksum)\S*.*https?:\/\/|^\s*RUN\b.*\b(curl|wget)\b(?!.*nodesource)[^|&;]*\|\s*(sudo\s+)?(ba|z)?sh\b/i,
    severity: 'low',
    words: unrepeatable,
    message: 'What is downloaded here is not compared with a checksum: whoever changes it there is in the image.',
  },
  {
    when: /^\s*RUN\s.*\bnpm\s+(update|upgrade)\b/,
    words: unrepeatable,
    message: '`npm update` makes each build another one.',
  },
  {
    when: /^\s*FROM\s+(--\S+\s+)?(\S*\/)?node(:(latest|current|lts|alpine|slim|bookworm|buster|bullseye|current-\w+|lts-\w+))?(\s|$)/i,
    severity: 'low',
    words: unrepeatable,
    message: 'The image has no version: another Node.js may come with the next build.',
  },
  {
    when: /^\s*FROM\s+(--\S+\s+)?(ubuntu|debian|alpine)(:latest)?(\s|$)/i,
    severity: 'low',
    words: unrepeatable,
    message: 'The image has no version: another system may come with the next build.',
  },
  {
    when: /^\s*FROM\s+(--\S+\s+)?(ubuntu:(1[0-9]|20)\.\d\d|debian:([1-9]|10)(\.\d+)?(-\S+)?|debian:(wheezy|jessie|stretch|buster)\S*)(\s|$)/i,
    words: outOfSupport,
    message: 'This system gets no more fixes.',
  },
  {
    when: /^\s*RUN\s+(COPY|ADD|WORKDIR|ENV|EXPOSE|FROM|CMD|ENTRYPOINT|USER)\s/,
    words: unbuildable,
    message: 'This is an instruction of its own, not a command: the image cannot be built.',
  },
  {
    when: /^\s*ENV\s+NODE_ENV[=\s]+['"]?(dev|development)/i,
    unless: isBuildStage,
    words: forDevelopment,
    message: 'The image runs in development mode.',
  },
  {
    when: /^\s*(CMD|ENTRYPOINT).*\b(nodemon|ts-node-dev|tsx watch|npm["',\s]+run["',\s]+(dev|start:dev))/,
    unless: isBuildStage,
    words: forDevelopment,
    message: 'The image starts the development server.',
  },
  {
    when: /^\s*(CMD|ENTRYPOINT)\s+\[?\s*["']?(npm|yarn|pnpm)\b/,
    unless: isBuildStage,
    severity: 'low',
    words: deafToSignals,
    message: 'The package manager is process 1 and does not pass SIGTERM on well: start `node` itself.',
  },
  {
    when: /(?=.*(CMD|ENTRYPOINT|ENV)).*--inspect/,
    severity: 'high',
    words: debuggable,
    message: 'The debugger is open: whoever reaches it runs code.',
  },
]
