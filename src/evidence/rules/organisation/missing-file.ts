import type { Codebase } from '../../codebase.ts'
import type { Manifest } from '../../facts/manifest.ts'
import { folderOf, joinPath } from '../../facts/module-paths.ts'
import { keyLine } from '../dependencies/manifest-places.ts'
import { textFile } from '../places.ts'
import type { Match, Rule } from '../rule.ts'
import { aliasesLeft } from './missing-file/aliases-left.ts'

export const missingFile: Rule = {
  id: 'missing-file',
  category: 'bug',
  severity: 'medium',
  confidence: 'high',
  title: 'A command starts what is not there',
  why: 'The command ends with “Cannot find module”, and what it should start does not run.',
  effects: { safety: 'The service does not start after a deploy.' },
  fix: { say: 'Name the file as it is, or remove the command.', code: { any: 'web: node server.js' } },
  sources: ['https://docs.npmjs.com/cli/commands/npm-run-script', 'https://devcenter.heroku.com/articles/procfile'],
  limits: 'Files that `node` and its like are given; what a build makes is not known.',
  *find(codebase) {
    for (const manifest of codebase.project.manifests) yield* inScripts(manifest, codebase)
    yield* inProcfiles(codebase)
    yield* aliasesLeft(codebase)
  },
}

/** One finding for the scripts of a package. */
function* inScripts(manifest: Manifest, codebase: Codebase): Iterable<Match> {
  const folder = folderOf(manifest.path)
  const lost = Object.entries(manifest.scripts).flatMap(([script, command]) =>
    filesStarted(command).flatMap((path) => (isMissing(folder, path, codebase) ? [{ script, path }] : [])),
  )
  const [first, ...rest] = lost.toSorted(
    (one, other) => Number(other.script === 'start') - Number(one.script === 'start'),
  )
  if (!first) return
  const line = (script: string) => keyLine(codebase, manifest.path, script, 'scripts')
  yield {
    file: textFile(codebase, manifest.path),
    line: line(first.script),
    ...(first.script.startsWith('start') ? { severity: 'high' as const } : { severity: 'low' as const }),
    also: rest.map(({ script }) => ({ path: manifest.path, line: line(script) })),
    message: `${[...new Set(lost.map(({ path }) => `\`${path}\``))].slice(0, 4).join(', ')}: there is no such file for \`npm run ${first.script}\` to start.`,
  }
}

function* inProcfiles(codebase: Codebase): Iterable<Match> {
  for (const [path, text] of codebase.texts) {
    if (!/(^|\/)Procfile$/.test(path)) continue
    for (const [index, row] of text.split('\n').entries()) {
      const file = filesStarted(row.replace(/^\w+:/, '')).find((name) => isMissing(folderOf(path), name, codebase))
      if (file !== undefined)
        yield {
          file: { path, text },
          line: index + 1,
          severity: 'high',
          message: `There is no file \`${file}\` to start.`,
        }
    }
  }
}

const runners = /^(node|nodemon|ts-node|ts-node-dev|tsx|babel-node)$/

/** The scripts that a command line gives to Node.js; none where it goes to another folder first. */
function filesStarted(command: string): string[] {
  if (/\bcd\s|--prefix|--cwd|\$|--exec|--watch\b|\s-x\s/.test(command)) return []
  return command.split(/&&|\|\||[;&|]/).flatMap((part) => {
    const words = part.trim().split(/\s+/)
    const runner = words.findIndex((word) => runners.test(word))
    const before = words.slice(0, runner)
    if (runner < 0 || !before.every((word) => /^(cross-env(-shell)?|npx|env)$|^\w+=/.test(word))) return []
    const script = words
      .slice(runner + 1)
      .find((word, index, rest) => !word.startsWith('-') && !takesValue(rest[index - 1]))
    return script !== undefined && /^[\w./-]+\.[cm]?[jt]s$/.test(script) ? [script] : []
  })
}

function takesValue(word: string | undefined): boolean {
  return (
    word !== undefined &&
    /^(-r|--require|--import|--loader|-P|--project|-e|--env-file|--ignore|--config|-c)$/.test(word)
  )
}

/** Neither there nor made from TypeScript or by a build, and in a folder that the project has. */
function isMissing(folder: string, path: string, { texts, project }: Codebase): boolean {
  if (
    /(^|\/)(node_modules|dist\w*|build|out|lib|bin|bundle|compiled|esm|cjs|es|output|target|\.[\w-]+)\//.test(
      path.replace(/^\.\//, ''),
    )
  )
    return false
  const full = joinPath(folder, path)
  // A package.json that an installer copies to the top.
  if (texts.has(joinPath('', path))) return false
  const stem = full.replace(/\.[cm]?[jt]s$/, '')
  if (['.js', '.ts', '.mjs', '.cjs', '.mts', '.cts', '.tsx', '.jsx', '.json'].some((end) => texts.has(stem + end)))
    return false
  const home = folderOf(full)
  const isIgnored = [...texts].some(
    ([name, text]) => /(^|\/)\.gitignore$/.test(name) && text.includes(full.slice(home.length)),
  )
  return (
    !isIgnored &&
    project.manifests.length > 0 &&
    [...texts.keys()].some((name) => folderOf(name) === home && /\.[cm]?[jt]sx?$/.test(name))
  )
}
