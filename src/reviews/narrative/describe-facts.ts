import type { FactsSummary } from '../../evidence/report/facts-summary.ts'
import type { ReviewFinding } from '../review.ts'
import type { AnsweredFinding } from './merge-findings.ts'

/** Findings beyond this are counted and get no id. */
export const mostFindingsShown = 80
const most = {
  routes: 150,
  repeated: 40,
  models: 50,
  async: 30,
  answered: 40,
  fields: 20,
  cycles: 10,
  unshown: 200,
  chain: 8,
}
const longestLine = 320

/** The facts as lines of text, bounded in length whatever the repository. */
export function describeFacts(facts: FactsSummary): string {
  return [
    ...describeProject(facts.project),
    ...list('Routes', facts.routes, most.routes, ({ method, path, place, chain, auth, validation }) => {
      const steps = chain.slice(-most.chain).join(' > ')
      return `${method} ${path} at ${place}: ${steps}; authentication ${say(auth)}, validation ${say(validation)}`
    }),
    ...list(
      'Queries that run once per item',
      facts.queries.filter(({ repeated }) => repeated),
      most.repeated,
      ({ kind, model, place }) => `${kind}${model ? ` of ${model}` : ''} at ${place}`,
    ),
    ...list(
      'Models',
      facts.models,
      most.models,
      ({ name, place, fields }) => `${name} in ${place}: ${fields.slice(0, most.fields).join(', ')}`,
    ),
    ...list('Outgoing calls', facts.async.outgoing, most.async, ({ client, place, limited, retries }) => {
      return `${client} at ${place}: time limit ${say(limited)}, retries ${say(retries)}`
    }),
    ...list('Queues', facts.async.queues, most.async, ({ library, role, name = 'unnamed', place, attempts }) => {
      return `${library} ${role} ${name} at ${place}${attempts === undefined ? '' : `, ${attempts} attempts`}`
    }),
    ...list('What the process listens to', facts.async.processEvents, most.async, ({ event, place, closes, exits }) => {
      return `${event} at ${place}: closes ${closes.join(', ') || 'nothing'}, ends the process ${say(exits)}`
    }),
    ...list('Import cycles', facts.cycles, most.cycles, (cycle) => cycle.join(' > ')),
  ].join('\n')
}

/** Findings with the ids by which the model may refer to them: F1 is the first of the list. */
export function describeFindings(findings: readonly ReviewFinding[]): string {
  return list(
    'Findings of rules',
    findings.map((finding, index) => ({ finding, id: idAt(index) })),
    mostFindingsShown,
    ({ finding: { area, severity, rule, place, also, title, message }, id }) => {
      const more = also.length > 0 ? ` and ${also.length} more` : ''
      return `${id} [${area}, ${severity}] ${rule} at ${place.path}:${place.line}${more}: ${title}. ${message}`
    },
  ).join('\n')
}

/** What the team has answered for, so that it is not said again. */
export function describeAnswered(answered: readonly AnsweredFinding[]): string {
  const title = 'Answered for by the team, not to be reported again'
  return list(title, answered, most.answered, ({ title, place }) => `${title} (${place.path}:${place.line})`).join('\n')
}

/** Files that exist and were not shown, so that their absence is not taken for a fact. */
export function describeUnshown(paths: readonly string[]): string {
  return list('Files that were not shown', paths, most.unshown, (path) => path).join('\n')
}

/** The id of a finding in the list that the model sees. */
function idAt(index: number): string {
  return `F${index + 1}`
}

function describeProject(project: FactsSummary['project']): string[] {
  const used = [...project.frameworks, ...project.dataClients]
  const packages = used.map((item) => `${item.package}@${item.installed ?? item.range}`).join(', ')
  const node = project.node.inUse
  return [
    `Name: ${project.name ?? 'not named'}`,
    `Framework and data access: ${packages || 'none recognised'}`,
    `Node.js: ${node?.major === undefined ? 'no version named' : `${node.major}, from ${node.source}`}`,
    `Modules: ${project.moduleFormat}; TypeScript: ${describeTypescript(project.typescript)}`,
    `Package manager: ${project.packageManager ?? 'unknown'}; lock file: ${project.lockfile ?? 'none'}`,
    `Entry points: ${project.entryPoints.join(', ') || 'none found'}`,
    `Tests: ${project.testRunners.join(', ') || 'no runner'}, ${project.testFiles} files`,
  ].map(shorten)
}

function describeTypescript(typescript: FactsSummary['project']['typescript']): string {
  if (!typescript) return 'no'
  return typescript.strict ? 'strict' : 'not strict'
}

function list<T>(title: string, items: readonly T[], limit: number, describe: (item: T) => string): string[] {
  if (items.length === 0) return [`${title}: none`]
  const shown = items.slice(0, limit).map((item) => `- ${shorten(describe(item))}`)
  const more = items.length - shown.length
  return [`${title}:`, ...shown, ...(more > 0 ? [`- and ${more} more, not listed`] : [])]
}

function shorten(line: string): string {
  const plain = line.replace(/\p{Cc}+/gu, ' ')
  return plain.length > longestLine ? `${plain.slice(0, longestLine).toWellFormed()}…` : plain
}

function say(yes: boolean): string {
  return yes ? 'yes' : 'no'
}
