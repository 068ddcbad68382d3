export interface ModelFacts {
  readonly id: string
  readonly maxInputTokens: number
  readonly maxTokens: number
  readonly thinking: readonly string[]
  readonly effort: boolean
  /** Whether `tool_choice` any/tool and sampling by prefill are still accepted. */
  readonly olderWays: boolean
  readonly lifecycle: 'active' | 'deprecated' | 'retired'
  readonly retiresAt: string | null
}

const current = { effort: true, olderWays: false, lifecycle: 'active', retiresAt: null } as const
const older = { effort: false, olderWays: true, thinking: ['disabled', 'enabled'] } as const
const small = { maxInputTokens: 200_000, maxTokens: 64_000 } as const
const large = { maxInputTokens: 1_000_000, maxTokens: 128_000 } as const

export const models: readonly ModelFacts[] = [
  { id: 'claude-opus-5-5', ...large, ...current, thinking: ['adaptive'] },
  { id: 'claude-sonnet-5-5', ...large, ...current, thinking: ['adaptive', 'between_tools'] },
  { id: 'claude-haiku-5-5', ...small, ...current, thinking: ['adaptive', 'disabled'] },
  { id: 'claude-haiku-4-5', ...small, ...older, lifecycle: 'active', retiresAt: null },
  { id: 'claude-sonnet-4-5', ...small, ...older, lifecycle: 'deprecated', retiresAt: '2026-11-30T00:00:00Z' },
  { id: 'claude-sonnet-4-0', ...small, ...older, lifecycle: 'retired', retiresAt: '2026-05-14T00:00:00Z' },
]

export function findModel(id: string): ModelFacts | undefined {
  return models.find((model) => model.id === id)
}

/** The model as `GET /v1/models/{id}` shows it. */
export function toModelInfo(model: ModelFacts) {
  const supported = (yes: boolean) => ({ supported: yes })
  return {
    type: 'model',
    id: model.id,
    display_name: model.id,
    created_at: '2026-01-01T00:00:00Z',
    lifecycle: model.lifecycle,
    deprecated_at: model.lifecycle === 'active' ? null : '2026-06-01T00:00:00Z',
    retires_at: model.retiresAt,
    line: null,
    max_input_tokens: model.maxInputTokens,
    max_tokens: model.maxTokens,
    capabilities: {
      effort: supported(model.effort),
      structured_outputs: supported(true),
      thinking: {
        supported: true,
        types: Object.fromEntries(
          ['adaptive', 'between_tools', 'disabled', 'enabled'].map((type) => [
            type,
            supported(model.thinking.includes(type)),
          ]),
        ),
      },
    },
  }
}
