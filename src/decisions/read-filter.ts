import { type DecisionStatus, decisionStatuses } from './decision.ts'
import type { DecisionFilter } from './store.ts'

/** Reads what a person looks for: words, and any of `status:`, `tag:` and `repo:`; one sentence for a status that does not exist. */
export function readFilter(text: string): { words: string; filter: DecisionFilter } | string {
  const filter: { statuses?: DecisionStatus[]; tag?: string; repository?: string } = {}
  const words: string[] = []
  for (const word of text.trim().split(/\s+/)) {
    const [, name, value = ''] = /^(status|tag|repo|repository):(.*)$/i.exec(word) ?? []
    switch (name?.toLowerCase()) {
      case undefined:
        words.push(word)
        break
      case 'status': {
        const named = value.toLowerCase().split(',')
        const statuses = decisionStatuses.filter((status) => named.includes(status))
        if (statuses.length !== named.length)
          return `There is no status "${value}": use ${decisionStatuses.join(', ')}, such as \`status:accepted\`.`
        filter.statuses = statuses
        break
      }
      case 'tag':
        filter.tag = value
        break
      default:
        filter.repository = value.toLowerCase()
    }
  }
  return { words: words.join(' ').trim(), filter }
}
