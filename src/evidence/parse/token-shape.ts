import { isWord } from './source-file.ts'

const keywords = new Set(
  (
    'if else for while do switch case default return throw try catch finally await async function const let var new delete typeof ' +
    'in of instanceof null undefined true false this super class extends import export yield break continue void'
  ).split(' '),
)

export type TokenShape = { hash: number; tokens: number; names: number }

/**
 * The shape of a piece of code: its keywords, signs and the methods it calls, while names, texts, numbers and comments
 * may be any. Pieces of one shape differ in nothing else; `names` is the hash of what may be any.
 */
export function tokenShape(text: string, start: number, end: number): TokenShape {
  let hash = 7
  let names = 7
  let tokens = 0
  let afterDot = false
  for (let at = start; at < end;) {
    const code = text.charCodeAt(at)
    if (code <= 32) {
      at += 1
      continue
    }
    if (code === 47 && isCommentAt(text, at)) {
      at = endOfComment(text, at, end)
      continue
    }
    const stop = endOfToken(text, at, end, code)
    const word = isWord(code) ? text.slice(at, stop) : undefined
    const kept = word === undefined ? signOf(code) : keptWord(word, afterDot && text.charCodeAt(stop) === 40)
    if (kept === undefined || kept === quoted) names = hashInto(names, text.slice(at, stop))
    // What a formatter adds or leaves out says nothing.
    if (code !== 59 && code !== 44) {
      hash = hashInto(hash, kept ?? 'n')
      tokens += 1
    }
    afterDot = code === 46
    at = stop
  }
  return { hash, tokens, names }
}

const quoted = 's'

function signOf(code: number): string {
  return code === 34 || code === 39 || code === 96 ? quoted : String.fromCharCode(code)
}

function keptWord(word: string, isMethod: boolean): string | undefined {
  return isMethod || keywords.has(word) ? word : undefined
}

function hashInto(hash: number, text: string): number {
  let value = hash
  for (let at = 0; at < text.length; at += 1) value = (Math.imul(value, 31) + text.charCodeAt(at)) | 0
  return (Math.imul(value, 31) + 1) | 0
}

function isCommentAt(text: string, at: number): boolean {
  const next = text.charCodeAt(at + 1)
  return next === 47 || next === 42
}

function endOfComment(text: string, at: number, end: number): number {
  const found = text.charCodeAt(at + 1) === 47 ? text.indexOf('\n', at) : text.indexOf('*/', at + 2) + 2
  return found <= at ? end : Math.min(found, end)
}

function endOfToken(text: string, at: number, end: number, code: number): number {
  if (code === 34 || code === 39 || code === 96) {
    for (let next = at + 1; next < end; next += 1) {
      const inner = text.charCodeAt(next)
      if (inner === 92) next += 1
      else if (inner === code) return next + 1
    }
    return end
  }
  if (!isWord(code)) return at + 1
  let next = at + 1
  while (next < end && isWord(text.charCodeAt(next))) next += 1
  return next
}
