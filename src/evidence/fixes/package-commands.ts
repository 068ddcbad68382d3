import type { Codebase } from '../codebase.ts'
import type { TextFix } from './fix-here.ts'

const commands = {
  npm: { add: 'npm install', remove: 'npm uninstall', check: 'npm audit --omit=dev --audit-level=high' },
  yarn: { add: 'yarn add', remove: 'yarn remove', check: 'yarn npm audit --environment production' },
  pnpm: { add: 'pnpm add', remove: 'pnpm remove', check: 'pnpm audit --prod --audit-level high' },
  bun: { add: 'bun add', remove: 'bun remove', check: 'bun audit' },
}

function commandsOf({ project }: Codebase) {
  return commands[project.packageManager ?? 'npm']
}

/** Installs the first version without the known weaknesses, and looks again. */
export const installFixed: TextFix = ({ subject, message }, codebase) => {
  const version = /fixed in (\d[\w.+-]*\w)/.exec(message)?.[1]
  const { add, check } = commandsOf(codebase)
  return subject === undefined || version === undefined ? undefined : `${add} ${subject}@${version}\n${check}`
}

/** Installs what the message says to use in place of a deprecated package or version. */
export const installAdvised: TextFix = ({ subject, message }, codebase) => {
  const [, name, major = 'latest'] = /; use (@?[\w./-]+)(?![*\w./-])(?: (\d+))?/.exec(message) ?? []
  const { add, remove } = commandsOf(codebase)
  if (subject === undefined || name === undefined || !/^(@[\w.-]+\/)?[a-z0-9][\w.-]*$/.test(name)) return undefined
  return [...(name === subject ? [] : [`${remove} ${subject}`]), `${add} ${name}@${major}`].join('\n')
}

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
