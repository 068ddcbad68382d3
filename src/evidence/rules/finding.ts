import type { FlowStep } from '../facts/trace.ts'
import type { Confidence, Quality, Severity } from './rule.ts'
import type { Area, Category } from './taxonomy.ts'

/** A match of a rule, with all that is said of it. */
export type Finding = {
  rule: string
  category: Category
  area: Area
  cwe?: string
  severity: Severity
  confidence: Confidence
  path: string
  line: number
  endLine: number
  quote: string
  /** The function, method, class or route around it; empty at the top of a module and in files that are not code. */
  symbol: string
  title: string
  message: string
  why: string
  effects: Readonly<Partial<Record<Quality, string>>>
  /** `isExample`: the code shows how, with names of its own; else it is the code of the place, mended. */
  fix: { say: string; code?: string; isExample?: true }
  sources: readonly string[]
  steps: readonly FlowStep[]
  also: readonly { path: string; line: number }[]
  /** Stable when a file moves or is formatted: the rule, the symbol, the code quoted, and which of equals it is. */
  fingerprint: string
  suppressed?: { reason: string; line: number }
}
