import { parseAllDocuments } from 'yaml'
import { type Language, parseCode, type ParsedCode } from './parse-code.ts'

export type CodeCheck =
  | { kind: 'ok' }
  /** `line` counts from 1 within the code. A placeholder is a bare `...` that nobody can run or paste. */
  | { kind: 'error'; line: number; message: string; isPlaceholder: boolean }
  /** A language that is not parsed here, or more than is parsed. */
  | { kind: 'unchecked' }

const languages: Readonly<Record<string, Language>> = {
  js: 'js',
  javascript: 'js',
  mjs: 'js',
  cjs: 'js',
  node: 'js',
  jsx: 'jsx',
  ts: 'ts',
  typescript: 'ts',
  mts: 'ts',
  cts: 'ts',
  tsx: 'tsx',
}

const longestCode = 200_000
/** The YAML parser takes half a second for 60,000 brackets. */
const longestYaml = 20_000

/** Whether code in a language named as after a fence parses, as a file or as a piece of one. Never throws. */
export function checkCode(code: string, language: string): CodeCheck {
  const name = language.toLowerCase()
  if (code.length > longestCode) return { kind: 'unchecked' }
  const lang = Object.hasOwn(languages, name) ? languages[name] : undefined
  if (lang) return checkScript(code, lang)
  if (name === 'json') return checkJson(code)
  if (name === 'jsonc' || name === 'json5') return checkObject(code)
  return name === 'yaml' || name === 'yml' ? checkYaml(code) : { kind: 'unchecked' }
}

/** What may stand around a piece of code: each ends its first line, so that line numbers stay. */
const frames: readonly (readonly [before: string, after: string])[] = [
  ['', ''],
  ['async function* frame() {', '\n}'],
  ['(', '\n)'],
  ['({', '\n})'],
  ['class Frame extends Object {', '\n}'],
  ['for (;;) {', '\n}'],
  ['switch (0) {', '\n}'],
  ['frame(', '\n)'],
]

function checkScript(code: string, lang: Language): CodeCheck {
  let first: { parsed: ParsedCode; before: number } | undefined
  for (const [before, after] of frames) {
    const parsed = parseCode(before + code + after, lang)
    if (!parsed) return { kind: 'unchecked' }
    if (parses(parsed, before)) return { kind: 'ok' }
    first ??= { parsed, before: before.length }
  }
  const [error] = first?.parsed.errors ?? []
  return fail(code, error?.offset ?? 0, error?.message ?? 'it does not parse')
}

/** Code such as `} else {` must not close the frame around it. */
function parses({ errors, countStatements }: ParsedCode, before: string): boolean {
  return errors.length === 0 && (before === '' || countStatements() === 1)
}

function checkJson(code: string): CodeCheck {
  const outcomes = [code, `{${code}}`].map((text) => tryJson(text))
  if (outcomes.includes(undefined)) return { kind: 'ok' }
  const error = outcomes[0] ?? ''
  return fail(code, Number(/position (\d+)/.exec(error)?.[1] ?? 0), error)
}

/** What is wrong with a JSON text; undefined when nothing is. */
function tryJson(text: string): string | undefined {
  try {
    JSON.parse(text)
    return undefined
  } catch (error) {
    return error instanceof Error ? error.message : 'it is not JSON'
  }
}

/** JSON with comments and trailing commas is an expression of JavaScript. */
function checkObject(code: string): CodeCheck {
  const parsed = [`(${code}\n)`, `({${code}\n})`].map((text) => parseCode(text, 'js'))
  if (parsed.some((result) => result && parses(result, '('))) return { kind: 'ok' }
  const [error] = parsed[0]?.errors ?? []
  return fail(code, Math.max(0, (error?.offset ?? 1) - 1), error?.message ?? 'it does not parse')
}

function checkYaml(code: string): CodeCheck {
  if (code.length > longestYaml) return { kind: 'unchecked' }
  try {
    const errors = parseAllDocuments(code, { logLevel: 'silent', prettyErrors: false }).flatMap(({ errors }) => errors)
    const [error] = errors
    return error ? fail(code, error.pos[0], error.message) : { kind: 'ok' }
  } catch (error) {
    // A text of nothing but brackets nests deeper than the parser's recursion.
    if (!(error instanceof RangeError)) throw error
    return { kind: 'unchecked' }
  }
}

function fail(code: string, offset: number, message: string): CodeCheck {
  const rows = code.split('\n')
  const at = code.slice(0, offset).split('\n').length
  const alone = rows.findIndex((row) => /^\s*(?:\.{3}|…)\s*[,;]?\s*$/.test(row))
  const isPlaceholder = alone >= 0 || /…|\.{3}(?=[\s)\]},;]|$)/.test(rows[at - 1] ?? '')
  return { kind: 'error', line: alone >= 0 ? alone + 1 : at, message: message.split('\n')[0] ?? message, isPlaceholder }
}
