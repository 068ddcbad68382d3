import { Lanes } from '../../lib/lanes.ts'
import type { Actor } from '../decision.ts'
import type { Imported } from '../import-decisions.ts'
import type { ExchangeDeps, ExchangePlace } from './exchange-deps.ts'
import type { ExportPlace, ExportResult } from './export-decisions.ts'
import type { ImportPlan, Side } from './plan-import.ts'

type Refused = { refused: string }

// Reading and writing decision files need not be loaded to start.
const loadExport = () => import('./export-decisions.ts')
const loadImport = () => import('./import-decisions.ts')

/** Decisions to a repository and back, one thing after another for each repository: a button pressed twice acts once. */
export class DecisionExchange {
  readonly #deps: ExchangeDeps
  readonly #lanes = new Map<string, Lanes>()

  constructor(deps: ExchangeDeps) {
    this.#deps = deps
  }

  export(place: ExportPlace, actor: Actor): Promise<ExportResult | Refused> {
    return this.#inTurn(place, async () => (await loadExport()).exportDecisions(this.#deps, place, actor))
  }

  preview(place: ExchangePlace): Promise<ImportPlan | Refused> {
    return this.#inTurn(place, async () => (await loadImport()).previewImport(this.#deps, place))
  }

  import(place: ExchangePlace, sha: string, actor: Actor): Promise<Imported | Refused> {
    return this.#inTurn(place, async () => (await loadImport()).importAll(this.#deps, place, sha, actor))
  }

  /** Undefined when the file differs no more. */
  settle(
    place: ExchangePlace,
    choice: { sha: string; path: string; side: Side },
    actor: Actor,
  ): Promise<Imported | Refused | undefined> {
    return this.#inTurn(place, async () => (await loadImport()).settleFile(this.#deps, place, choice, actor))
  }

  #inTurn<T>({ audience, repository }: ExchangePlace, work: () => Promise<T>): Promise<T> {
    const key = `${audience.teamId} ${repository.toLowerCase()}`
    const lane = this.#lanes.get(key) ?? new Lanes(1)
    this.#lanes.set(key, lane)
    return lane.run(work, this.#deps.signal)
  }
}
