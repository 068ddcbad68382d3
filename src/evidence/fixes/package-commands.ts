import type { Codebase } from '../codebase.ts'
import { packageNameOf } from '../facts/module-paths.ts'
import { lowestVersion } from '../facts/versions.ts'
import { boundTo } from '../facts/bound-packages.ts'
import type { Match } from '../rules/rule.ts'
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
  if (version !== undefined)
    return [...moveTo(subject, targetOf(match, version), codebase, add), ...pinnedBy(subject, codebase), check].join(
      '\n',
    )
  if (!message.includes('no version fixes it')) return undefined
  const replaced = installAdvised(match, codebase) ?? `${remove} ${subject}`
  return [...usersOf(subject, codebase), replaced, check].join('\n')
}

/** The first version that is still supported, where the message names one above the first with the fix. */
function targetOf({ subject, message }: Match, fixed: string): string {
  const [, name, major] = /: use (@?[\w./-]+) (\d+)/.exec(message) ?? []
  return name === subject && Number(major) > Number.parseInt(fixed, 10) ? (major ?? fixed) : fixed
}

/** What a package brings in a version of its own is not moved by what the project declares. */
function pinnedBy(name: string, { project }: Codebase): string[] {
  const host = '@nestjs/platform-express'
  if (name !== 'multer' || !project.dependencies.some((item) => item.name === host)) return []
  const told = `# \`FileInterceptor\` uses the multer that ${host} brings: update that too`
  return (project.packageManager ?? 'npm') === 'npm'
    ? [`${told}, or`, `npm pkg set 'overrides.multer=$multer' && npm install`]
    : [told]
}

/** One command, with what is bound to the major version that is left. */
function moveTo(name: string, version: string, { project }: Codebase, add: string): string[] {
  const declared = project.dependencies.find((item) => item.name === name && !item.dev)
  const from = declared && (declared.installed ?? lowestVersion(declared.range))
  const major = Number.parseInt(version, 10)
  if (!declared || !from || Number.parseInt(from, 10) === major) return [`${add} ${name}@${version}`]
  const beside = boundTo(declared, project.dependencies)
  if (beside.length === 0) return [`${add} ${name}@${version}`]
  return [
    `# from version ${Number.parseInt(from, 10)} to ${major}: a migration, by the guide of each major version`,
    [`${add} ${name}@${version}`, ...beside.map((other) => `${other}@latest`)].join(' '),
  ]
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
  const note =
    name === '@xmldom/xmldom' ? ["# it asks for the type of the text: parseFromString(text, 'text/xml')"] : []
  return [...(name === subject ? [] : [`${remove} ${subject}`]), `${add} ${name}@${major}`, ...note].join('\n')
}

/** What the registry has under these names is something else. */
const builtIn = /^(fetch|URLSearchParams|crypto\.\w+|node:\w+)$/

/** Declares what is imported, or what a script needs. */
export const installMissing: TextFix = ({ message }, codebase) => {
  const { add } = commandsOf(codebase)
  const name = /^`(@?[\w./-]+)` is imported/.exec(message)?.[1]
  const declared = codebase.project.dependencies.find((item) => item.name === name && item.dev)
  // Without its range the newest comes, which may be another package by now.
  if (declared) return `${add}${/^(npm|pnpm)/.test(add) ? ' --save-prod' : ''} "${name}@${declared.range}"`
  if (name !== undefined) return `${add} ${name}`
  const [, script, tool] = /^`npm run ([\w:-]+)` needs `([\w-]+)`, which package\.json/.exec(message) ?? []
  if (script === undefined || tool === undefined) return undefined
  return script.startsWith('start') ? `${add} ${tool}` : `${add} ${forDevelopment(add)} ${tool}`
}

function forDevelopment(add: string): string {
  return add.startsWith('npm') ? '--save-dev' : '--dev'
}

/** Removes what nobody imports, or moves tools to where they belong. */
export const removeUnused: TextFix = ({ subject, message }, codebase) => {
  if (subject === undefined) return undefined
  const { add, remove } = commandsOf(codebase)
  return message.startsWith('Only development needs ')
    ? `${add} ${forDevelopment(add)} ${subject}`
    : `${remove} ${subject}`
}

/** States the range of what is installed now. */
export const stateRange: TextFix = ({ subject, message }, { project }) => {
  const installed = project.dependencies.find(({ name }) => name === subject)?.installed
  return installed === undefined || message.includes('is installed from') ? undefined : `"${subject}": "^${installed}"`
}
