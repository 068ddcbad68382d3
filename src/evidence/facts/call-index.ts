import { append } from '../../lib/append.ts'
import { keyOf, type CallNode } from '../parse/ast.ts'
import type { SourceFile } from '../parse/source-file.ts'
import { onceMeant, type Meanings } from './meaning.ts'

export type FoundCall = { call: CallNode; file: SourceFile; name: string }

/** Longer names are chains of builders, which no rule asks for. */
const longestName = 60

export type CallIndex = {
  /** Calls in production code whose dotted package name matches. */
  named: (pattern: RegExp) => readonly FoundCall[]
  /** Calls in production code of a method, whatever the object. */
  methods: (...names: string[]) => readonly FoundCall[]
}

/** Sorts production calls by what they call, so that a rule tests each name once and not each call. */
export function readCallIndex(files: readonly SourceFile[], meanings: Meanings): CallIndex {
  const byName = new Map<string, (readonly FoundCall[])[]>()
  const byMethod = new Map<string, (readonly FoundCall[])[]>()
  for (const file of files) {
    const calls = callsIn(file, meanings)
    for (const [name, found] of calls.byName) append(byName, name, found)
    for (const [method, found] of calls.byMethod) append(byMethod, method, found)
  }
  const names = [...byName.keys()].join('\n')
  const answers = new Map<string, readonly FoundCall[]>()
  const named = (pattern: RegExp): readonly FoundCall[] => {
    const key = String(pattern)
    const known = answers.get(key)
    if (known) return known
    const found = [...matchingNames(names, pattern)].flatMap((name) => (byName.get(name) ?? []).flat())
    answers.set(key, found)
    return found
  }
  return {
    named,
    methods: (...names) => names.flatMap((name) => (byMethod.get(name) ?? []).flat()),
  }
}

const callsIn = onceMeant((file, meanings) => {
  const byName = new Map<string, FoundCall[]>()
  const byMethod = new Map<string, FoundCall[]>()
  for (const call of file.calls) {
    const name = meanings.nameOf(call.callee, file)
    const found = { call, file, name }
    if (name !== '' && name.length < longestName) append(byName, name, found)
    const method = call.callee.type === 'MemberExpression' ? keyOf(call.callee) : undefined
    if (method !== undefined) append(byMethod, method, found)
  }
  return { byName, byMethod }
})

/** One search over all names at once: far cheaper than a test for each. */
function matchingNames(names: string, pattern: RegExp): Set<string> {
  const found = new Set<string>()
  for (const match of names.matchAll(new RegExp(pattern.source, `${pattern.flags.replace('g', '')}gm`))) {
    const start = names.lastIndexOf('\n', match.index) + 1
    const end = names.indexOf('\n', match.index)
    found.add(names.slice(start, end < 0 ? undefined : end))
  }
  return found
}
