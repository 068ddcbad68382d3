import type { Codebase } from '../codebase.ts'
import { packageNameOf } from '../facts/module-paths.ts'
import type { TextFix } from './fix-here.ts'

const commands = {
  npm: { add: 'npm install', remove: 'npm uninstall', check: 'npm audit --omit=dev --audit-level=high' },
  yarn: { add: 'yarn add', remove: 'yarn remove', check: 'yarn npm audit --environment production' },
  pnpm: { add: 'pnpm add', remove: 'pnpm remove', check: 'pnpm audit --prod --audit-level high' },
  bun: { add: 'bun add', remove: 'bun remove', check: 'bun audit' },
}

function commandsOf({ project, texts }: Codebase) {
  const found = commands[project.packageManager ?? 'npm']
  // Yarn 1 has another command for it, and says its version in the lock file.
  return /^# yarn lockfile v1$/m.test(texts.get(project.lockfile ?? '') ?? '')
    ? { ...found, check: 'yarn audit --groups dependencies --level high' }
    : found
}

/** Installs the first version without the known weaknesses, or removes what never had one, and looks again. */
export const installFixed: TextFix = (match, codebase) => {
  const { subject, message } = match
  const version = /fixed in (\d[\w.+-]*\w)/.exec(message)?.[1]
  const { add, remove, check } = commandsOf(codebase)
  if (subject === undefined) return undefined
  if (version !== undefined) return `${add} ${subject}@${version}\n${check}`
  if (!message.includes('no version fixes it')) return undefined
  const replaced = installAdvised(match, codebase) ?? `${remove} ${subject}`
  return [...usersOf(subject, codebase), replaced, check].join('\n')
}

/** Says where a package has to be replaced before it can go. */
function usersOf(name: string, { modules, sources }: Codebase): string[] {
  const files = modules.imports.flatMap(({ from, specifier }) =>
    packageNameOf(specifier) === name && sources.get(from)?.kind === 'production' ? [from] : [],
  )
  return files.length === 0 ? [] : [`# first use another package in ${[...new Set(files)].slice(0, 3).join(', ')}`]
}

/** Installs what the message says to use in place of a deprecated package or version. */
export const installAdvised: TextFix = ({ subject, message }, codebase) => {
  const [, name, major = 'latest'] = /; use (@?[\w.:/-]+)(?![*\w./-])(?: (\d+))?/.exec(message) ?? []
  const { add, remove } = commandsOf(codebase)
  if (subject === undefined || name === undefined) return undefined
  if (builtIn.test(name)) return `${remove} ${subject}\n# ${name} comes with Node.js`
  if (!/^(@[a-z0-9._-]+\/)?[a-z0-9][a-z0-9._-]*$/.test(name)) return undefined
  return [...(name === subject ? [] : [`${remove} ${subject}`]), `${add} ${name}@${major}`].join('\n')
}

/** What the registry has under these names is something else. */
const builtIn = /^(fetch|URLSearchParams|crypto\.\w+|node:\w+)$/

/** Declares what is imported. */
export const installMissing: TextFix = ({ message }, codebase) => {
  const name = /^`(@?[\w./-]+)` is imported but not declared/.exec(message)?.[1]
  return name === undefined ? undefined : `${commandsOf(codebase).add} ${name}`
}

/** Removes what nobody imports, or moves tools to where they belong. */
export const removeUnused: TextFix = ({ subject, message }, codebase) => {
  if (subject === undefined) return undefined
  const { add, remove } = commandsOf(codebase)
  return message.startsWith('Only development needs ')
    ? `${add} --${add.startsWith('npm') ? 'save-dev' : 'dev'} ${subject}`
    : `${remove} ${subject}`
}

/** States the range of what is installed now. */
export const stateRange: TextFix = ({ subject, message }, { project }) => {
  const installed = project.dependencies.find(({ name }) => name === subject)?.installed
  return installed === undefined || message.includes('is installed from') ? undefined : `"${subject}": "^${installed}"`
}
