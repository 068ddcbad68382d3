import { readdirSync, readFileSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import * as z from 'zod'
import type { SeedCommit, SeedRepository } from '../test/support/github/seed.ts'

const samples = join(import.meta.dirname, 'sample')

const history = z.object({
  defaultBranch: z.string(),
  commits: z.array(
    z.object({
      branch: z.string(),
      message: z.string(),
      author: z.object({ name: z.string(), email: z.string() }),
      date: z.string(),
      files: z.record(z.string(), z.string().nullable()),
    }),
  ),
  pulls: z.array(
    z.object({
      number: z.number(),
      title: z.string(),
      body: z.string(),
      head: z.string(),
      base: z.string(),
      author: z.string(),
    }),
  ),
})

/** acme/orders with its history; the newest commit of the default branch is the folder `sample/orders` as it is. */
export function readSampleRepository(): SeedRepository {
  const { defaultBranch, commits, pulls } = history.parse(
    JSON.parse(readFileSync(join(samples, 'history.json'), 'utf8')),
  )
  const newest = commits.findLastIndex((commit) => commit.branch === defaultBranch)
  const before = Object.assign({}, ...commits.slice(0, newest).map((commit) => commit.files)) as SeedCommit['files']
  const onDisk = readFolder(join(samples, 'orders'))
  const gone = Object.keys(before).filter((path) => !(path in onDisk))
  const changes = { ...onDisk, ...Object.fromEntries(gone.map((path) => [path, null])) }
  return {
    owner: 'acme',
    name: 'orders',
    defaultBranch,
    pulls,
    commits: commits.map(({ author, ...commit }, index) => ({
      ...commit,
      author: author.name,
      files: index === newest ? changes : commit.files,
    })),
  }
}

function readFolder(folder: string): Record<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  return Object.fromEntries(
    files.map((entry) => {
      const path = join(entry.parentPath, entry.name)
      return [relative(folder, path).split(sep).join('/'), readFileSync(path, 'utf8')]
    }),
  )
}
