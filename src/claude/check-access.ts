import type { Anthropic } from '@anthropic-ai/sdk'

import { classifyError } from './classify-error.ts'
import type { ModelFailure } from './failures.ts'

/** `unchecked`: the endpoint has no list of models, as compatible servers often have none. */
export interface ModelAccess {
  readonly model: string
  readonly state: 'active' | 'deprecated' | 'retired' | 'unknown' | 'unchecked'
  /** When the provider plans to switch it off, as an ISO date. */
  readonly retiresAt?: string
}

export type AccessReport =
  | { readonly ok: true; readonly models: readonly ModelAccess[] }
  | { readonly ok: false; readonly failure: ModelFailure }

/** Whether the key is accepted and knows the models, without using any tokens. */
export async function checkAccess(
  client: Anthropic,
  models: readonly string[],
  signal: AbortSignal,
): Promise<AccessReport> {
  const found: ModelAccess[] = []
  for (const model of new Set(models)) {
    const access = await checkModel(client, model, signal)
    if ('kind' in access) return { ok: false, failure: access }
    found.push(access)
  }
  return { ok: true, models: found }
}

async function checkModel(client: Anthropic, model: string, signal: AbortSignal): Promise<ModelAccess | ModelFailure> {
  try {
    const { lifecycle, retires_at: retiresAt } = await client.models.retrieve(model, null, { signal })
    return { model, state: lifecycle ?? 'active', ...(retiresAt && { retiresAt }) }
  } catch (error) {
    const failure = classifyError(error, model, Date.now())
    if (failure.kind === 'unknown-model') return { model, state: 'unknown' }
    return failure.kind === 'wrong-address' ? { model, state: 'unchecked' } : failure
  }
}
