import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const folder = join(import.meta.dirname, 'services')

/** The small services of `services/`: each once with planted weaknesses and once without. */
export function readServices(): { name: string; planted: Map<string, string>; safe: Map<string, string> }[] {
  return readdirSync(folder).map((name) => {
    const text = readFileSync(join(folder, name), 'utf8')
    return { name, planted: filesIn(text, 'planted'), safe: filesIn(text, 'safe') }
  })
}

/** The fenced files of a section; `<! category` in a comment says what is wrong with its line. */
function filesIn(text: string, section: string): Map<string, string> {
  const start = text.indexOf(`## ${section}\n`)
  const part = text.slice(start, text.indexOf('\n## ', start + 4))
  return new Map(
    [...part.matchAll(/^```\w* (\S+)\n([\s\S]*?)^```$/gm)].map((match) => [match[1] ?? '', match[2] ?? '']),
  )
}
