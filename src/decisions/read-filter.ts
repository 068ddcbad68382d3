import { type DecisionStatus, decisionStatuses } from './decision.ts'
import type { DecisionFilter } from './store.ts'

const marks = '"“”„'
const word = new RegExp(`(?:\\w+:)?[${marks}][^${marks}]*[${marks}](?=\\s|$)|\\S+`, 'g')
const named = new RegExp(`^(status|tag|repo|repository):[${marks}]?(.*?)[${marks}]?$`, 'i')

/**
 * Reads what a person looks for: words, and any of `status:`, `tag:` and `repo:`, in quotation marks where there are
 * several words; one sentence for what cannot be looked for.
 */
export function readFilter(text: string): { words: string; filter: DecisionFilter } | string {
  const filter: { statuses?: DecisionStatus[]; tag?: string; repository?: string } = {}
  const words: string[] = []
  for (const each of text.match(word) ?? []) {
    const [, name, given = ''] = named.exec(each) ?? []
    const value = given.trim()
    switch (name?.toLowerCase()) {
      case undefined:
        words.push(each)
        break
      case 'status': {
        const wanted = [...new Set(value.toLowerCase().split(','))]
        const statuses = decisionStatuses.filter((status) => wanted.includes(status))
        if (statuses.length !== wanted.length)
          return `There is no status "${value}": use ${decisionStatuses.join(', ')}, such as \`status:accepted\`.`
        filter.statuses = statuses
        break
      }
      case 'tag':
        if (value === '')
          return 'Write the tag right after the colon, such as `tag:database` or `tag:"event sourcing"`.'
        filter.tag = value
        break
      default:
        if (!/^[\w.-]+\/[\w.-]+$/.test(value))
          return `"${value}" is no repository: write it as owner/repo, such as \`repo:acme/orders\`.`
        filter.repository = value.toLowerCase()
    }
  }
  return { words: words.join(' '), filter }
}
