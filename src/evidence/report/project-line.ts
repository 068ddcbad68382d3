import type { Codebase } from '../codebase.ts'

/** One line that says what the project is: framework, data, Node.js, routes, files. */
export function projectLine(codebase: Codebase): string {
  const { project, web } = codebase
  const framework = project.frameworks[0]
  const parts = [
    framework ? `${framework.name} ${framework.installed ?? framework.range}` : 'no known framework',
    project.dataClients.map((client) => client.name).join(', '),
    project.node.inUse?.major === undefined ? '' : `Node.js ${project.node.inUse.major} (${project.node.inUse.source})`,
    `${web.routes.length} routes`,
    `${codebase.production.length} production files`,
  ]
  return parts.filter(Boolean).join(' · ')
}
