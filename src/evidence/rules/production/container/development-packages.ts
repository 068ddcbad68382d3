/** The 1-based line on which the last stage takes packages from one that installed those for development too. */
export function lineOfDevelopmentPackages(rows: readonly string[]): number | undefined {
  const stages = readStages(rows)
  const last = stages.at(-1)
  const row = last?.rows.find(({ text }) => /^\s*COPY\s.*--from=\S+.*node_modules/i.test(text))
  const from = /--from=(\S+)/.exec(row?.text ?? '')?.[1]
  const source = stages.find(({ name }) => name === from?.toLowerCase())
  if (!row || !source) return undefined
  const done = commandsOf(source, stages)
  return installs.test(done) && !leavesOut.test(done) ? row.line : undefined
}

type Row = { text: string; line: number }
type Stage = { name: string; base: string; rows: Row[] }

const installs =
  /\bnpm\s+(ci|i|install)\b(?!\s+(-g|--global))|\byarn(\s+install)?\s*(--\S+\s*)*(&&|$)|\bpnpm\s+(i|install)\b/im
const leavesOut =
  /--omit[= ]?dev|--production(?!=false)|--only[= ]prod(?!uction=false)|--prod\b|-P\b|\bprune\b|NODE_ENV[= ]["']?production|workspaces focus|pnpm.*\bdeploy\b|\bbun\b|rm -rf \S*node_modules/i

function readStages(rows: readonly string[]): Stage[] {
  const stages: Stage[] = []
  for (const [index, text] of rows.entries()) {
    const [, base, name] = /^\s*FROM\s+(?:--\S+\s+)*(\S+)(?:\s+AS\s+(\S+))?/i.exec(text) ?? []
    if (base !== undefined)
      stages.push({ name: (name ?? String(stages.length)).toLowerCase(), base: base.toLowerCase(), rows: [] })
    stages.at(-1)?.rows.push({ text, line: index + 1 })
  }
  return stages
}

/** What a stage and those it is built on run. */
function commandsOf({ base, rows }: Stage, stages: readonly Stage[]): string {
  const below = stages.find(({ name }) => name === base)
  const own = rows.map(({ text }) => text).join('\n')
  return below && !below.rows.some(({ text }) => rows[0]?.text === text) ? `${commandsOf(below, stages)}\n${own}` : own
}
