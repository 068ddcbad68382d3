import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join, relative } from 'node:path'
import type { SeedRepository } from './github/seed.ts'

const folder = join(import.meta.dirname, '../../playground/sample/orders')

/** The sample service of the playground as a repository on GitHub: acme/orders. */
export function sampleService(overrides: Partial<SeedRepository> = {}): SeedRepository {
  return {
    owner: 'acme',
    name: 'orders',
    defaultBranch: 'main',
    commits: [{ message: 'Start', author: 'mira', files: readFiles() }],
    ...overrides,
  }
}

function readFiles(): Record<string, Buffer> {
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((path) => join(folder, path))
  return Object.fromEntries(
    paths.filter((path) => statSync(path).isFile()).map((path) => [relative(folder, path), readFileSync(path)]),
  )
}
