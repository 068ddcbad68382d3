import type { Codebase } from '../../codebase.ts'
import { bySentence, textFile } from '../places.ts'
import { keyLine } from '../dependencies/manifest-places.ts'
import type { Match, Rule } from '../rule.ts'
import { lineOfDevelopmentPackages } from './container/development-packages.ts'
import { adviceOnInstall } from './container/installs.ts'

export const container: Rule = {
  id: 'container',
  category: 'docker',
  severity: 'medium',
  confidence: 'high',
  title: 'The container is not made for production',
  why: 'As root a break-in owns more than the process; an install without lock file, a floating image or development mode makes each build another one.',
  effects: {
    safety: 'More to break into, and more to gain.',
    maintenance: 'Builds cannot be repeated.',
    memory: 'Development packages and caches are shipped.',
  },
  fix: {
    say: 'Pin the image, install from the lock file without development packages, run as `node`, and start Node.js itself.',
    code: {
      any: 'FROM node:24.11-slim\nENV NODE_ENV=production\nWORKDIR /app\nCOPY package*.json ./\nRUN npm ci --omit=dev\nCOPY --chown=node . .\nUSER node\nCMD ["node", "src/server.js"]',
    },
  },
  sources: [
    'https://github.com/nodejs/docker-node/blob/main/docs/BestPractices.md',
    'https://github.com/goldbergyoni/nodebestpractices#8-docker-best-practices',
  ],
  *find(codebase) {
    yield* bySentence(codebase.project.dockerfiles.flatMap((path) => [...inDockerfile(codebase, path)]))
    const composed = codebase.project.composeFiles.flatMap((path) => [...inCompose(codebase, path)])
    yield* composed.filter(({ message }) => message !== noVersion)
    yield* bySentence(composed.filter(({ message }) => message === noVersion))
    yield* startScript(codebase)
    yield* processManager(codebase)
  },
}

function* inDockerfile(codebase: Codebase, path: string): Iterable<Match> {
  const file = textFile(codebase, path)
  const rows = file.text.split('\n')
  if (
    !rows.some((row) => /^\s*FROM\s+.*node/i.test(row) || /^\s*RUN\b.*\b(nodejs|nodesource)\b/i.test(row)) ||
    /dev|test|\.ci|integration|e2e|local/i.test(path.replace(/Dockerfile/, ''))
  )
    return
  const last = lastStage(rows)
  const own = rows.slice(last)
  const user = own.findLast((row) => /^\s*USER\s+/i.test(row))
  const command = rows.findLastIndex((row) => /^\s*(CMD|ENTRYPOINT)\b/i.test(row))
  const unprivileged =
    /distroless.*nonroot|:nonroot/.test(rows[last] ?? '') || (user !== undefined && !/USER\s+(root|0)\b/i.test(user))
  // What any group-0 user may run is made for a platform that gives each container a user of its own.
  const forAnyUser = /chmod\s+(-R\s+)?g[=+]u|chgrp\s+-R\s+(0|root)/.test(own.join('\n'))
  if (
    !unprivileged &&
    !forAnyUser &&
    !/lambda/i.test(own.join('\n')) &&
    (/node/i.test(rows[last] ?? '') || /\b(nodejs|nodesource)\b/i.test(own.join('\n')))
  )
    yield { file, line: command < 0 ? last + 1 : command + 1, message: 'The process runs as root: there is no `USER`.' }
  const shipped = lineOfDevelopmentPackages(rows)
  if (shipped !== undefined)
    yield {
      file,
      line: shipped,
      severity: 'low',
      message:
        'The packages of the build stage are shipped with those for development: run `npm prune --omit=dev` before.',
    }
  for (const [index, row] of rows.entries()) {
    const line = index + 1
    if (
      /^\s*ADD\s+(?!.*--checksum)\S*.*https?:\/\/|^\s*RUN\b.*\b(curl|wget)\b(?!.*nodesource)[^|&;]*\|\s*(sudo\s+)?(ba|z)?sh\b/i.test(
        row,
      )
    )
      yield {
        file,
        line,
        severity: 'low',
        message: 'What is downloaded here is not compared with a checksum: whoever changes it there is in the image.',
      }
    const advice = adviceOnInstall({ rows, index, inLastStage: index >= last }, codebase)
    if (advice !== undefined) yield { file, line, severity: 'low', message: advice }
    if (/^\s*RUN\s.*\bnpm\s+(update|upgrade)\b/.test(row))
      yield { file, line, message: '`npm update` makes each build another one.' }
    if (
      /^\s*FROM\s+(--\S+\s+)?(\S*\/)?node(:(latest|current|lts|alpine|slim|bookworm|buster|bullseye|current-\w+|lts-\w+))?(\s|$)/i.test(
        row,
      )
    ) {
      yield {
        file,
        line,
        severity: 'low',
        message: 'The image has no version: another Node.js may come with the next build.',
      }
    }
    if (/^\s*FROM\s+(--\S+\s+)?(ubuntu|debian|alpine)(:latest)?(\s|$)/i.test(row))
      yield {
        file,
        line,
        severity: 'low',
        message: 'The image has no version: another system may come with the next build.',
      }
    if (
      /^\s*FROM\s+(--\S+\s+)?(ubuntu:(1[0-9]|20)\.\d\d|debian:([1-9]|10)(\.\d+)?(-\S+)?|debian:(wheezy|jessie|stretch|buster)\S*)(\s|$)/i.test(
        row,
      )
    )
      yield { file, line, message: 'This system gets no more fixes.' }
    if (/^\s*RUN\s+(COPY|ADD|WORKDIR|ENV|EXPOSE|FROM|CMD|ENTRYPOINT|USER)\s/.test(row))
      yield { file, line, message: 'This is an instruction of its own, not a command: the image cannot be built.' }
    if (/^\s*ENV\s+NODE_ENV[=\s]+['"]?(dev|development)/i.test(row) && index >= last)
      yield { file, line, message: 'The image runs in development mode.' }
    if (
      /^\s*(CMD|ENTRYPOINT).*\b(nodemon|ts-node-dev|tsx watch|npm["',\s]+run["',\s]+(dev|start:dev))/.test(row) &&
      index >= last
    )
      yield { file, line, message: 'The image starts the development server.' }
    if (/^\s*(CMD|ENTRYPOINT)\s+\[?\s*["']?(npm|yarn|pnpm)\b/.test(row) && index >= last)
      yield {
        file,
        line,
        severity: 'low',
        message: 'The package manager is process 1 and does not pass SIGTERM on well: start `node` itself.',
      }
    if (/--inspect(=0\.0\.0\.0|-brk)?/.test(row) && /CMD|ENTRYPOINT|ENV/.test(row))
      yield { file, line, severity: 'high', message: 'The debugger is open: whoever reaches it runs code.' }
  }
}

function lastStage(rows: readonly string[]): number {
  return Math.max(
    0,
    rows.findLastIndex((row) => /^\s*FROM\s/i.test(row)),
  )
}

const noVersion = 'The image has no version: another one may come with the next pull.'

function* inCompose(codebase: Codebase, path: string): Iterable<Match> {
  if (/dev|test|override|local/i.test(path)) return
  const file = textFile(codebase, path)
  // Deep in the project, and with nothing of its own: a database to try something with.
  if (path.split('/').length > 2 && !/^\s*build:/m.test(file.text)) return
  const isOfDeveloper = /NODE_ENV['"]?\s*[:=]\s*['"]?dev|nodemon|localstack|maildev|mailhog|run\W+(start:)?dev\b/i.test(
    file.text,
  )
  for (const [index, row] of file.text.split('\n').entries()) {
    if (!isOfDeveloper && /^\s*-\s*["']?(0\.0\.0\.0:)?(\d+:)?(9229|5858)(:\d+)?["']?\s*(#.*)?$/.test(row))
      yield { file, line: index + 1, message: 'The port of the debugger is published: whoever reaches it runs code.' }
    if (/^\s*-\s*["']?(0\.0\.0\.0:)?\d+:(27017|3306|5432|6379|1433|9200|5984|11211)["']?\s*(#.*)?$/.test(row))
      yield {
        file,
        line: index + 1,
        severity: 'info',
        message: 'The port of the database is published on every address of the host.',
      }
    if (
      /^\s*image:\s*["']?[\w./-]+(:latest)?["']?\s*(#.*)?$/.test(row) &&
      !/\$\{/.test(row) &&
      !isBuilt(file.text, index)
    )
      yield {
        file,
        line: index + 1,
        severity: 'low',
        message: noVersion,
      }
    if (/^\s*command:.*\b(npm|yarn|pnpm)( run)? build\b.*&&/.test(row))
      yield {
        file,
        line: index + 1,
        severity: 'low',
        message: 'The container builds when it starts: each start is slow, and may give another result.',
      }
    if (/privileged\s*:\s*true/.test(row))
      yield { file, line: index + 1, severity: 'high', message: 'The container may do what the host may do.' }
  }
}

/** An image that the same service builds takes its name from here. */
function isBuilt(text: string, index: number): boolean {
  const rows = text.split('\n')
  const indent = /^\s*/.exec(rows[index] ?? '')?.[0].length ?? 0
  const near = (step: number) => {
    for (let at = index + step; at >= 0 && at < rows.length; at += step) {
      const row = rows[at] ?? ''
      const own = /^\s*/.exec(row)?.[0].length ?? 0
      if (row.trim() !== '' && own < indent) return false
      if (own === indent && /^\s*build:/.test(row)) return true
    }
    return false
  }
  return near(1) || near(-1)
}

function* startScript(codebase: Codebase): Iterable<Match> {
  const root = codebase.project.manifests[0]
  for (const name of ['build', 'postinstall', 'heroku-postbuild']) {
    if (root && /\bnpm (i|install|ci)\b[^&|;]*--(legacy-peer-deps|force)\b/.test(root.scripts[name] ?? ''))
      yield {
        file: textFile(codebase, root.path),
        line: keyLine(codebase, root.path, name, 'scripts'),
        severity: 'low',
        message: 'The build installs over conflicts of versions that npm refuses.',
      }
  }
  const start = root?.scripts['start']
  if (!root || start === undefined) return
  // What the image starts counts more.
  if (codebase.project.dockerfiles.some((path) => startsOtherwise.test(codebase.texts.get(path) ?? ''))) return
  const file = textFile(codebase, root.path)
  const line = keyLine(codebase, root.path, 'start', 'scripts')
  if (/NODE_ENV=dev|DEBUG=\*/.test(start)) yield { file, line, message: '`npm start` runs in development mode.' }
  else if (/\bnodemon\b|ts-node-dev|--watch\b/.test(start) && codebase.web.routes.length > 0)
    yield { file, line, message: '`npm start` runs the development watcher.' }
  else if (/--inspect\b/.test(start)) yield { file, line, message: '`npm start` opens the debugger.' }
}

/** A command of an image that is not the script `start`. */
const startsOtherwise = /^\s*(CMD|ENTRYPOINT)\b(?!.*\b(npm|yarn|pnpm)["',\s]+(run["',\s]+)?start["'\s\]]*$)/m

function* processManager(codebase: Codebase): Iterable<Match> {
  for (const [path, text] of codebase.texts) {
    if (!/(^|\/)ecosystem\.config\.(c?js|json)$/.test(path)) continue
    const row = text.split('\n').findIndex((item) => /["']?instances["']?\s*:\s*1\b/.test(item))
    if (row >= 0)
      yield {
        file: { path, text },
        line: row + 1,
        severity: 'info',
        message: 'PM2 runs one process: one core is used, and a crash leaves none.',
      }
  }
}
