import { join } from 'node:path'
import { analyse } from '../../../src/evidence/analyse.ts'
import { readFolder } from '../../../src/evidence/read-folder.ts'
import { toJson } from '../../../src/evidence/report/json.ts'
import { createRegistry } from '../../../src/npm/registry.ts'
import { groupFindings } from '../../../src/reviews/group-findings.ts'
import type { Narrative, NarrativeInput, Progress } from '../../../src/reviews/narrate.ts'
import type { Answer, ClaimedFinding } from '../../../src/reviews/narrative/answer-schema.ts'
import { createNarrate } from '../../../src/reviews/narrative/create-narrate.ts'
import type { AnthropicStandIn } from '../../support/anthropic/start-anthropic.ts'
import type { MessageRequest } from '../../support/anthropic/script.ts'
import { claudeOn } from '../../support/anthropic/use-claude.ts'

const folder = join(import.meta.dirname, '../../../playground/sample/orders')
const orders = readFolder(folder)

export const nothingSaid: Answer = { explanations: [], findings: [], areas: [], verdict: null, repairs: [] }

/** The input of a review of the sample service, or of other files. */
export function inputOf(
  overrides: Partial<NarrativeInput> = {},
  files: ReadonlyMap<string, string> = orders,
): NarrativeInput {
  const evidence = toJson(analyse(files))
  return {
    target: {
      pin: undefined,
      key: 'orders',
      label: 'acme/orders',
      url: undefined,
      path: '',
      lines: undefined,
      change: undefined,
    },
    depth: 'standard',
    files,
    repository: files,
    evidence,
    findings: groupFindings(evidence.findings, { findUrl: () => undefined }),
    excepted: new Set(),
    capUsd: 10,
    kept: undefined,
    keep: () => Promise.resolve(),
    language: undefined,
    ...overrides,
  }
}

export interface Scene {
  readonly anthropic: AnthropicStandIn
  readonly registryUrl: string
  /** Default: one whose price is known. */
  readonly modelName?: string
}

/** Narrates over real sockets and gives back the result with the steps on the way. */
export async function narrateOn(
  { anthropic, registryUrl, modelName = 'claude-opus-5-5' }: Scene,
  input: NarrativeInput,
  signal: AbortSignal = new AbortController().signal,
): Promise<Narrative & { steps: Progress[] }> {
  const steps: Progress[] = []
  const narrate = createNarrate({
    claude: claudeOn(anthropic, { model: modelName }),
    modelName,
    registry: createRegistry({ url: registryUrl, userAgent: 'architect/test', timeoutMs: 2000, now: () => 0 }),
    instructions: 'You review code.',
    findUrl: (_target, path, line) => `https://github.com/acme/orders/blob/abc/${path}#L${line}`,
  })
  const narrative = await narrate(input, (step) => steps.push(step), signal)
  return { ...narrative, steps }
}

/** The areas that a request asks about; empty for a request for repairs. */
export function askedAreas({ lastText }: MessageRequest): string[] {
  return /Review these areas now: ([\w, ]+)\./.exec(lastText)?.[1]?.split(', ') ?? []
}

/** A finding that holds, unless told otherwise: GET /orders/:id gives anyone's order. */
export function claim(overrides: Partial<ClaimedFinding> = {}): ClaimedFinding {
  return {
    area: 'security',
    kind: 'presence',
    subject: null,
    path: 'src/routes/orders.js',
    startLine: 54,
    endLine: 54,
    quote: "  const order = await Order.findByPk(req.params.id, { include: [{ model: OrderItem, as: 'items' }] });",
    category: 'business-logic',
    severity: 'high',
    confidence: 'high',
    title: "Everyone who is signed in reads everyone's orders",
    message: 'The order is loaded by its id alone, whoever asks.',
    why: 'Counting up the id reads the orders of all customers.',
    fix: {
      say: 'Ask for the order together with its customer.',
      code: 'const order = await Order.findOne({ where: { id: req.params.id, customerId: req.user.customerId } })',
      language: 'js',
      packages: [],
      node: null,
      effort: 'minutes',
    },
    ...overrides,
  }
}
