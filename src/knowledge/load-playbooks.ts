import { readdirSync, readFileSync } from 'node:fs'
import { parsePlaybook } from './parse-playbook.ts'
import type { Playbook } from './playbook.ts'

const PLAYBOOKS_FOLDER = new URL('../../prompts/playbooks/', import.meta.url)

/** Reads every playbook of the folder, sorted by id; call it once at start, it throws naming the first file that is wrong. */
export function loadPlaybooks(folder: URL = PLAYBOOKS_FOLDER): Playbook[] {
  return readdirSync(folder)
    .filter((fileName) => fileName.endsWith('.md'))
    .toSorted()
    .map((fileName) => parsePlaybook(fileName, readFileSync(new URL(fileName, folder), 'utf8')))
}
