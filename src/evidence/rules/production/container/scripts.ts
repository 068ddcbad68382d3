import type { Codebase } from '../../../codebase.ts'
import { keyLine } from '../../dependencies/manifest-places.ts'
import { textFile } from '../../places.ts'
import type { Match } from '../../rule.ts'
import { debuggable, forDevelopment, installsOverConflicts, oneOnly, startsItself } from './words.ts'

/** What the scripts of the root manifest do that production should not. */
export function* inScripts(codebase: Codebase): Iterable<Match> {
  const [root] = codebase.project.manifests
  if (!root) return
  const at = (name: string) => ({
    file: textFile(codebase, root.path),
    line: keyLine(codebase, root.path, name, 'scripts'),
  })
  for (const name of ['build', 'postinstall', 'heroku-postbuild']) {
    if (/\bnpm (i|install|ci)\b[^&|;]*--(legacy-peer-deps|force)\b/.test(root.scripts[name] ?? '')) {
      const message = 'The build installs over conflicts of versions that npm refuses.'
      yield { ...at(name), severity: 'low', words: installsOverConflicts, message }
    }
  }
  const done = whatStartDoes(root.scripts['start'] ?? '', codebase)
  if (done !== undefined && !isStartedOtherwise(codebase)) {
    const words = { ...(done === opensDebugger ? debuggable : forDevelopment), fix: startsItself }
    yield { ...at('start'), words, message: `\`npm start\` ${done}.` }
  }
}

const opensDebugger = 'opens the debugger'

function whatStartDoes(start: string, codebase: Codebase): string | undefined {
  if (/NODE_ENV=dev|DEBUG=\*/.test(start)) return 'runs in development mode'
  if (/\bnodemon\b|ts-node-dev|--watch\b/.test(start) && codebase.web.routes.length > 0)
    return 'runs the development watcher'
  return /--inspect\b/.test(start) ? opensDebugger : undefined
}

/** Whether an image starts by another command than the script `start`: what it starts counts more. */
function isStartedOtherwise(codebase: Codebase): boolean {
  return codebase.project.dockerfiles.some((path) => startsOtherwise.test(codebase.texts.get(path) ?? ''))
}

const startsOtherwise = /^\s*(CMD|ENTRYPOINT)\b(?!.*\b(npm|yarn|pnpm)["',\s]+(run["',\s]+)?start["'\s\]]*$)/m

/** Settings of PM2 that use one core of the machine. */
export function* oneProcess(codebase: Codebase): Iterable<Match> {
  for (const [path, text] of codebase.texts) {
    if (!/(^|\/)ecosystem\.config\.(c?js|json)$/.test(path)) continue
    const row = text.split('\n').findIndex((item) => /["']?instances["']?\s*:\s*1\b/.test(item))
    const message = 'PM2 runs one process: one core is used, and a crash leaves none.'
    if (row >= 0) yield { file: { path, text }, line: row + 1, severity: 'info', words: oneOnly, message }
  }
}
