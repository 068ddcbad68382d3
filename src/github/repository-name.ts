import type { RepositoryRef } from './target.ts'

const OWNER = /^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$/
const NAME = /^(?!\.{1,2}$)[A-Za-z0-9._-]{1,100}$/

export function isOwner(text: string): boolean {
  return OWNER.test(text)
}

export function isRepositoryRef({ owner, name }: RepositoryRef): boolean {
  return isOwner(owner) && NAME.test(name)
}
