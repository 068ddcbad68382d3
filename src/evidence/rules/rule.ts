import type { Codebase } from '../codebase.ts'
import type { FlowStep } from '../facts/trace.ts'
import type { Node } from '../parse/ast.ts'
import type { SourceFile } from '../parse/source-file.ts'
import type { Category } from './taxonomy.ts'

export type Severity = 'critical' | 'high' | 'medium' | 'low' | 'info'
export type Confidence = 'high' | 'medium' | 'low'
export type Quality = 'latency' | 'memory' | 'event loop' | 'safety' | 'maintenance'

/** One place a rule matches. Without `node`, the line of a text file is named, or the whole file. */
export type Match = {
  file: SourceFile | { path: string; text: string }
  node?: Node
  line?: number
  /** What a line is about when it may not say so itself: the name of a package. Never changes with the wording. */
  subject?: string
  /** What several places have in common, by which the finding is known whichever of them is mended; never its wording. */
  cause?: string
  message: string
  severity?: Severity
  confidence?: Confidence
  steps?: readonly FlowStep[]
  also?: readonly { path: string; line: number }[]
  /** What is said in place of the rule's own words, where those are about another kind of match. */
  words?: Words
}

/** What examples are written for: data clients first, since code for one means nothing to users of another. */
export const written = [
  'Mongoose',
  'Prisma',
  'TypeORM',
  'Sequelize',
  'MySQL',
  'SQLite',
  'Knex',
  'SQL',
  'NestJS',
  'Fastify',
  'Koa',
  'Hono',
  'Express',
] as const

/** The refactored code for each framework and data client the rule knows; `any` where they make no difference. */
type Fix = {
  say: string
  code: Readonly<Partial<Record<'any' | (typeof written)[number], string>>>
}

export type Words = Partial<Pick<Rule, 'title' | 'why' | 'effects' | 'fix'>>

export type Rule = {
  id: string
  category: Category
  severity: Severity
  confidence: Confidence
  title: string
  /** Why it matters, for a reader who knows the code but not the weakness. */
  why: string
  effects: Readonly<Partial<Record<Quality, string>>>
  fix: Fix
  sources: readonly string[]
  /** What this rule cannot see, when it is worth saying. */
  limits?: string
  find: (codebase: Codebase) => Iterable<Match>
}
