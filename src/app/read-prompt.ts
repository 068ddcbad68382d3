import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const folder = join(import.meta.dirname, '../../prompts')

/** The text of a file in prompts/. */
export function readPrompt(name: string): string {
  return readFileSync(join(folder, name), 'utf8')
}
