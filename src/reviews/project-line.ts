import type { FactsSummary } from '../evidence/report/facts-summary.ts'

/** What a project is in one line: framework, data, Node.js, routes, files of code. */
export function describeProject({ project, routes, files }: FactsSummary): string {
  const [framework] = project.frameworks
  const node = project.node.inUse
  const parts = [
    framework ? `${framework.name} ${framework.installed ?? framework.range}` : 'no known framework',
    project.dataClients.map(({ name }) => name).join(', '),
    node?.major === undefined ? '' : `Node.js ${node.major}`,
    `${routes.length} ${routes.length === 1 ? 'route' : 'routes'}`,
    `${files} ${files === 1 ? 'file' : 'files'} of code`,
  ]
  return parts.filter(Boolean).join(' · ')
}
