import type { Codebase } from '../../codebase.ts'
import { textFile } from '../places.ts'
import type { Match, Words } from '../rule.ts'
import { keyLine } from './manifest-places.ts'

/** A script begins with a tool that only development installs, or with one that nothing installs. */
export function* startedByTools(codebase: Codebase): Iterable<Match> {
  const { project } = codebase
  const [root] = project.manifests
  if (!root || project.workspaces.length > 0) return
  const own = project.dependencies.filter(({ manifest }) => manifest === root.path)
  const told = new Set<string>()
  for (const [script, command] of Object.entries(root.scripts)) {
    const runsAlways = /^start(:prod)?$/.test(script)
    if (!runsAlways && !/^(dev|serve|server|watch|start:dev)$/.test(script)) continue
    for (const tool of toolsOf(command)) {
      const packages = own.filter(({ name }) => packagesOf(tool).includes(name))
      const isMissing = packages.length === 0
      // A start that is for development only is told of elsewhere.
      const isLeftOut =
        runsAlways && !isMissing && packages.every(({ dev }) => dev) && tool !== 'nodemon' && /\bnode\b/.test(command)
      if ((!isMissing && !isLeftOut) || told.has(tool)) continue
      told.add(tool)
      yield {
        file: textFile(codebase, root.path),
        line: keyLine(codebase, root.path, script, 'scripts'),
        severity: 'low',
        words: ofScript,
        message: isMissing
          ? `\`npm run ${script}\` needs \`${tool}\`, which package.json does not declare.`
          : `\`npm run ${script}\` needs \`${tool}\`, which an install for production leaves out.`,
      }
    }
  }
}

const ofScript: Words = {
  title: 'A script needs what is not installed',
  why: 'The script ends before it begins where only what production needs is installed, or where nobody has put the tool by hand.',
  fix: {
    say: 'Declare the tool where the script runs, or start without it.',
    code: { any: '"start": "node --env-file-if-exists=.env dist/index.js"' },
  },
}

const tool = /^(cross-env|nodemon|ts-node|ts-node-dev|tsx|babel-node|concurrently|dotenv|pm2|pm2-runtime)$/

/** What a command begins with, also behind `cross-env`. */
function toolsOf(command: string): string[] {
  const words = command.trim().split(/\s+/)
  const first = words.findIndex((word) => !/^\w+=/.test(word))
  const [name = ''] = words.slice(first)
  const behind = name === 'cross-env' ? words.slice(first + 1).find((word) => !/^\w+=/.test(word)) : undefined
  return [name, behind ?? ''].filter((word) => tool.test(word))
}

function packagesOf(name: string): string[] {
  if (name === 'babel-node') return ['@babel/node', 'babel-cli']
  if (name === 'dotenv') return ['dotenv-cli']
  return [name === 'pm2-runtime' ? 'pm2' : name]
}
