import type { Route } from '../../../facts/web.ts'
import type { Match } from '../../rule.ts'

export function place(route: Route, message: string, confidence: 'high' | 'medium' | 'low'): Match {
  return { file: route.file, node: route.node, line: route.line, confidence, message }
}
