import { lineStartsOf } from '../parse/source-file.ts'
import type { TextFix } from './fix-here.ts'

/** The line of a Dockerfile or a compose file as it should read, with what has to stand before it. */
export const hardenImage: TextFix = ({ file, line, message }, { project }) => {
  if (line === undefined) return undefined
  const starts = lineStartsOf(file.text)
  const row = file.text.slice(starts[line - 1], starts[line]).trim()
  if (row === '' || row.endsWith('\\')) return undefined
  if (message.startsWith('The process runs as root')) {
    if (!/^FROM\s+(?:--\S+\s+)?(?:\S+\/)?node\b/im.test(file.text)) return undefined
    return /^FROM\b/i.test(row) ? `${row}\nUSER node` : `USER node\n${row}`
  }
  if (message.includes('without `NODE_ENV=production`')) return `ENV NODE_ENV=production\n${row}`
  if (message.startsWith('The port of the database')) return changed(row, /(\d+:\d+)/, '127.0.0.1:$1')
  if (message.startsWith('`npm install`')) {
    const command = message.includes('--omit=dev') ? 'npm ci --omit=dev' : 'npm ci'
    return changed(row, /\bnpm\s+(install|i)\b(?:\s+--?[\w=-]+)*(?=\s*(?:$|[&|;]))/, command)
  }
  const script = project.scripts['start'] ?? ''
  if (message.startsWith('The package manager is process 1') && /^node [\w./ -]+$/.test(script))
    return `CMD [${script
      .split(/\s+/)
      .map((word) => `"${word}"`)
      .join(', ')}]`
  return undefined
}

function changed(row: string, from: RegExp, to: string): string | undefined {
  const text = row.replace(from, to)
  return text === row ? undefined : text
}
