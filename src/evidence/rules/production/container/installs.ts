import type { Codebase } from '../../../codebase.ts'

/** Where an instruction of a Dockerfile stands. */
type Place = { rows: readonly string[]; index: number; inLastStage: boolean }

/** What to say of an instruction that installs whatever versions come, as far as what follows can do without the rest. */
export function adviceOnInstall({ rows, index, inLastStage }: Place, codebase: Codebase): string | undefined {
  const row = rows[index] ?? ''
  const rest = rows.slice(index + 1)
  if (installsByNpm(row)) {
    if (!inLastStage || leavesOut.test(row) || isStartedByTools(rest, codebase))
      return '`npm install` may change versions with each build; use `npm ci`.'
    const advice = rest.some(builds) ? '`npm ci`, and `npm prune --omit=dev` after the build' : '`npm ci --omit=dev`'
    return `\`npm install\` changes versions and installs development packages; use ${advice}.`
  }
  if (!inLastStage || !/^\s*RUN\s.*\byarn(\s+install)?\s*(&&.*)?$/.test(row)) return undefined
  const frozen = 'yarn install --frozen-lockfile'
  if (isStartedByTools(rest, codebase)) return `\`yarn\` may change versions with each build; use \`${frozen}\`.`
  const advice = rest.some(builds)
    ? `\`${frozen}\`, and \`${frozen} --production\` after the build`
    : `\`${frozen} --production\``
  return `\`yarn\` may change versions and installs development packages; use ${advice}.`
}

function installsByNpm(row: string): boolean {
  return (
    /^\s*RUN\s.*\bnpm\s+(install|i)\b(?!\s+(-g|--global|--location=global))/.test(row) &&
    !/npm\s.*\s(-g|--global)\b/.test(row)
  )
}

const leavesOut = /--omit[= ]dev|--production|--only[= ]prod/

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
