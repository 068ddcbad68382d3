import { accessSync, constants, lstatSync, readdirSync, readFileSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { isReadable } from '../evidence/read-folder.ts'
import type { ReviewCode } from '../reviews/read-review-code.ts'
import { isInside } from '../reviews/read-review-code.ts'
import { TextShelf } from '../reviews/read-texts.ts'
import type { ReviewTarget } from '../reviews/review.ts'
import { type LocalChange, readLocalChange } from './local-change.ts'

const largestFileBytes = 5_000_000

/** Reads a folder or a file on this machine, and with `base` what changed since; one sentence when it cannot be read. */
export async function readLocalCode(path: string, base: string | undefined): Promise<ReviewCode | string> {
  const found = await stat(path).catch(() => undefined)
  if (!found) return `There is no folder or file ${path}.${hintAt(path)}`
  if (!found.isFile() && !found.isDirectory()) return `${path} is neither a folder nor a file.`
  const isFile = found.isFile()
  const root = isFile ? dirname(path) : path
  const shelf = new TextShelf()
  if (!mayRead(path)) return `${path} may not be read: allow it, or name another folder.`
  shelveFolder(root, shelf)
  const { files, texts, bytes } = shelf.finish(undefined)
  const change = base === undefined ? undefined : await readLocalChange(root, base, texts)
  if (typeof change === 'string') return change
  const target = localTarget(path, isFile ? basename(path) : '', change)
  const own = files.filter((file) => isInside(target, file.path))
  if (own.length === 0 && !change) return `There are no files to review in ${path}.`
  const size = own.reduce((sum, file) => sum + (bytes.get(file.path) ?? 0), 0)
  return { target, files: own, all: files, texts, base: change?.texts, bytes: size, notices: [] }
}

/** Slack takes a repository's bare name; here it would be a folder. */
function hintAt(path: string): string {
  const isName = /^[A-Za-z0-9][\w-]*\/[\w-]+$/.test(path)
  return isName ? ` If you mean a repository, give its whole address, such as https://github.com/${path}.` : ''
}

function localTarget(given: string, path: string, change: LocalChange | undefined): ReviewTarget {
  const name = basename(resolve(given))
  return {
    pin: undefined,
    key: name,
    label: change ? `${name} since ${change.name}` : name,
    url: undefined,
    path,
    lines: undefined,
    change: change && { baseSha: change.sha, base: undefined, files: change.files, title: '' },
  }
}

/** Folders of dependencies, caches and version control are no part of what is reviewed. */
function shelveFolder(root: string, shelf: TextShelf): void {
  const folders = ['']
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
      const path = folder + entry.name
      const full = `${root}/${path}`
      if (entry.isDirectory()) {
        if (!isReadable(`${path}/file`)) continue
        if (mayRead(full)) folders.push(`${path}/`)
        else shelf.leaveOut(path, 'no access')
      } else if (entry.isSymbolicLink()) shelf.leaveOut(path, 'link')
      else if (entry.isFile()) shelveFile(full, path, shelf)
    }
  }
}

function mayRead(path: string): boolean {
  try {
    accessSync(path, constants.R_OK)
    return true
  } catch {
    return false
  }
}

function shelveFile(full: string, path: string, shelf: TextShelf): void {
  if (!isReadable(path)) return shelf.leaveOut(path, 'binary')
  if (lstatSync(full).size > largestFileBytes) return shelf.leaveTooLarge(path)
  const bytes = readIfAllowed(full)
  if (bytes) shelf.add(path, bytes)
  else shelf.leaveOut(path, 'no access')
}

function readIfAllowed(path: string): Buffer | undefined {
  try {
    return readFileSync(path)
  } catch (error) {
    if (mayRead(path)) throw error
    return undefined
  }
}
