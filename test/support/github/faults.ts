/**
 * A fault for the next `times` requests whose "METHOD /path" matches. `hang` never answers, `cut` sends half of the
 * answer and drops the line, `status` answers with it, `redirect` sends the caller elsewhere.
 */
export type Fault = { route: RegExp; times?: number } & (
  | { kind: 'hang' }
  | { kind: 'cut' }
  | { kind: 'status'; status: number; message?: string; headers?: Record<string, string> }
  | { kind: 'redirect'; location: string }
)

/** The faults waiting to happen. */
export class Faults {
  #waiting: Fault[] = []

  add(fault: Fault): void {
    this.#waiting.push({ times: 1, ...fault })
  }

  take(method: string, path: string): Fault | undefined {
    const fault = this.#waiting.find(({ route }) => route.test(`${method} ${path}`))
    if (!fault) return undefined
    fault.times = (fault.times ?? 1) - 1
    this.#waiting = this.#waiting.filter(({ times = 1 }) => times > 0)
    return fault
  }
}
