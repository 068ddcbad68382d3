import type { Codebase } from '../../../codebase.ts'
import { ancestor, contains, functionAround } from '../../../parse/ast.ts'
import type { Match } from '../../rule.ts'
import { unsigned } from './words.ts'

/** Stripe’s events are verified only where a secret is set: without one, anyone may send them. */
export function* unsignedEvents(codebase: Codebase): Iterable<Match> {
  for (const { call, file } of codebase.index.methods('constructEvent', 'constructEventAsync')) {
    const around = functionAround(call)
    const branch = ancestor(call, (node) => node.type === 'IfStatement', around)
    if (branch?.type !== 'IfStatement' || !contains(branch.consequent, call)) continue
    if (!/^[\w.]*secret\w*$/i.test(file.text.slice(branch.test.start, branch.test.end))) continue
    const otherwise = branch.alternate
      ? file.text.slice(branch.alternate.start, branch.alternate.end)
      : file.text.slice(around?.start, branch.start)
    if (!/\w\s*=\s*(JSON\.parse\(|(req|request)\.body\b)/.test(otherwise)) continue
    yield {
      file,
      node: branch.alternate ?? branch,
      severity: 'medium',
      words: unsigned,
      message: 'Without a secret this webhook takes events that nobody signed: whoever sends one is believed.',
    }
  }
}
