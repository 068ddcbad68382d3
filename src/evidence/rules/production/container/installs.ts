import type { Codebase } from '../../../codebase.ts'

/** Where an instruction of a Dockerfile stands. */
type Place = { rows: readonly string[]; index: number; inLastStage: boolean }

/** What to say of an instruction that installs whatever versions come, as far as what follows can do without the rest. */
export function adviceOnInstall({ rows, index, inLastStage }: Place, codebase: Codebase): string | undefined {
  const row = rows[index] ?? ''
  const rest = rows.slice(index + 1)
  const isYarn = inLastStage && /^\s*RUN\s.*\byarn(\s+install)?\s*(&&.*)?$/.test(row)
  if (!isYarn && !installsByNpm(row)) return undefined
  const { lockfile } = codebase.project
  if (lockfile === undefined) return 'Each build installs the newest versions: there is no lock file to install from.'
  const end = rows.findIndex((item, at) => at >= index && !/\\\s*$/.test(item))
  if (!isCopied(lockfile, rows.slice(0, end + 1)))
    return `Each build installs the newest versions: \`${lockfile.split('/').at(-1)}\` is not copied before.`
  if (!isYarn) {
    if (!inLastStage || leavesOut.test(row) || isStartedByTools(rest, codebase))
      return '`npm install` may change versions with each build; use `npm ci`.'
    const advice = rest.some(builds) ? '`npm ci`, and `npm prune --omit=dev` after the build' : '`npm ci --omit=dev`'
    return `\`npm install\` changes versions and installs development packages; use ${advice}.`
  }
  const isModern = /^__metadata:/m.test(codebase.texts.get(lockfile) ?? '')
  const frozen = isModern ? 'yarn install --immutable' : 'yarn install --frozen-lockfile'
  const lean = isModern ? 'yarn workspaces focus --all --production' : `${frozen} --production`
  if (isStartedByTools(rest, codebase)) return `\`yarn\` may change versions with each build; use \`${frozen}\`.`
  const advice = rest.some(builds) ? `\`${frozen}\`, and \`${lean}\` after the build` : `\`${lean}\``
  return `\`yarn\` may change versions and installs development packages; use ${advice}.`
}

/** By its name, a pattern or its folder, in the stage of the last of the rows. */
function isCopied(lockfile: string, rows: readonly string[]): boolean {
  const name = lockfile.split('/').at(-1) ?? ''
  const stage = rows.slice(
    Math.max(
      0,
      rows.findLastIndex((row) => /^\s*FROM\s/i.test(row)),
    ),
  )
  const text = stage.join('\n').replace(/\\\n/g, ' ')
  const sources = [...text.matchAll(/^\s*(?:COPY|ADD)\s+(.*)$/gim)].flatMap(([, given = '']) =>
    given
      .replace(/[[\]",]/g, ' ')
      .trim()
      .split(/\s+/)
      .slice(0, -1),
  )
  return (
    text.includes(name) ||
    /--mount=type=bind/.test(text) ||
    sources.some((source) => /\*|\/$/.test(source) || !/\.\w+$/.test(source))
  )
}

function installsByNpm(row: string): boolean {
  return (
    /^\s*RUN\s.*\bnpm\s+(install|i)\b(?!\s+(-g|--global|--location=global))/.test(row) &&
    !/npm\s.*\s(-g|--global)\b/.test(row) &&
    // What is named is not taken from a manifest.
    !/npm\s+(install|i)\s+(-\S+\s+)*(["'$]|@?[a-z][\w./-]*@)/.test(row)
  )
}

/** Development packages stay out. */
export const leavesOut = /--omit[= ]dev|--production|--only[= ]prod/

function builds(row: string): boolean {
  return /^\s*RUN\b.*\b(build|compile|tsc|webpack|generate)\b/.test(row)
}

/** Whether the container starts by a script that needs a package for development. */
function isStartedByTools(rows: readonly string[], { project }: Codebase): boolean {
  const command = rows.findLast((row) => /^\s*(CMD|ENTRYPOINT)\b/i.test(row)) ?? ''
  const name = /\b(?:npm|yarn|pnpm)["',\s]+(?:run["',\s]+)?([\w:.-]+)/.exec(command)?.[1]
  const words = project.manifests.flatMap(({ scripts }) => (scripts[name ?? ''] ?? '').split(/[\s/]+/))
  return project.dependencies.some((item) => item.dev && (words.includes(item.name) || ranBy(item.name, words)))
}

/** Programs with another name than their package. */
function ranBy(name: string, words: readonly string[]): boolean {
  return (
    (name === 'typescript' && words.includes('tsc')) || (/^@babel\/node$/.test(name) && words.includes('babel-node'))
  )
}
