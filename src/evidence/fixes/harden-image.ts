import { lineStartsOf } from '../parse/source-file.ts'
import { leavesOut } from '../rules/production/container/installs.ts'
import type { TextFix } from './fix-here.ts'

/** The line of a Dockerfile or a compose file as it should read, with what has to stand before it. */
export const hardenImage: TextFix = ({ file, line, message }, { project }) => {
  if (line === undefined) return undefined
  const starts = lineStartsOf(file.text)
  const row = file.text.slice(starts[line - 1], starts[line]).trim()
  if (row === '' || row.endsWith('\\')) return undefined
  if (message.startsWith('The process runs as root')) {
    if (!/^FROM\s+(?:--\S+\s+)?(?:\S+\/)?node\b/im.test(file.text)) return undefined
    const folder = /^[ \t]*WORKDIR[ \t]+([\w./-]+)[ \t]*$/im.exec(lastStage(file.text))?.[1]
    // The folder belongs to root, and so do the files it was filled with.
    const user = `${folder === undefined ? '' : `RUN chown -R node:node ${folder}\n`}USER node`
    return /^FROM\b/i.test(row) ? `${row}\n${user}` : `${user}\n${row}`
  }
  if (message === 'The image runs in development mode.')
    return changed(row, /(NODE_ENV[=\s]+)['"]?\w+['"]?/, '$1production')
  if (message.includes('without `NODE_ENV=production`')) return `ENV NODE_ENV=production\n${row}`
  if (message.startsWith('The port of the database')) return changed(row, /(\d+:\d+)/, '127.0.0.1:$1')
  if (message.startsWith('`npm install`')) {
    const isBuilt = /\b(run build|build:|tsc|nest build|webpack|prisma generate)\b/.test(
      restOfStage(file.text, starts[line] ?? 0),
    )
    const leaves = /--omit=dev/.test(message) || leavesOut.test(row)
    const command = leaves && !isBuilt ? 'npm ci --omit=dev' : 'npm ci'
    const install = changed(row, /\bnpm\s+(install|i)\b(?:\s+--?[\w=-]+)*(?=\s*(?:$|[&|;]))/, command)
    return install !== undefined && leaves && isBuilt
      ? `${install}\n# after the build\nRUN npm prune --omit=dev`
      : install
  }
  if (message.startsWith('The image has no version: another Node.js')) {
    const system = /\bapk\b/.test(file.text) ? '-alpine' : /\bnode:(\w+-)?(alpine|slim)\b/.exec(row)?.[2]
    const suffix = system === undefined || system.startsWith('-') ? (system ?? '') : `-${system}`
    return changed(row, /\bnode(:[\w.-]+)?(?=\s|$)/, `node:26${suffix}`)
  }
  const script = project.scripts['start'] ?? ''
  if (message.startsWith('The package manager is process 1') && /^node [\w./ -]+$/.test(script))
    return `CMD [${script
      .split(/\s+/)
      .map((word) => `"${word}"`)
      .join(', ')}]`
  return undefined
}

function restOfStage(text: string, from: number): string {
  return text.slice(from).split(/^(?=\s*FROM\s)/im)[0] ?? ''
}

function lastStage(text: string): string {
  return text.split(/^(?=\s*FROM\s)/im).at(-1) ?? ''
}

function changed(row: string, from: RegExp, to: string): string | undefined {
  const text = row.replace(from, to)
  return text === row ? undefined : text
}
