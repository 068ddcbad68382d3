import { isObject } from './json.ts'
import { Refusal, refuseArguments } from './refusal.ts'

/** One call's arguments, from a JSON or a form body alike: forms carry objects as JSON text and flags as words. */
export class Args {
  readonly #values: Record<string, unknown>

  constructor(values: Record<string, unknown>) {
    this.#values = values
  }

  has(name: string): boolean {
    const value = this.#values[name]
    return value !== undefined && value !== null && value !== ''
  }

  text(name: string): string | undefined {
    const value = this.#values[name]
    if (value === undefined || value === null) return undefined
    if (typeof value === 'string') return value
    if (typeof value === 'number' || typeof value === 'boolean') return String(value)
    throw refuseArguments(`must be a string [json-pointer:/${name}]`)
  }

  need(name: string): string {
    const value = this.text(name)
    if (value === undefined || value === '') throw refuseArguments(`missing required field: ${name}`)
    return value
  }

  flag(name: string): boolean | undefined {
    const value = this.text(name)
    if (value === undefined) return undefined
    return value === 'true' || value === '1'
  }

  count(name: string): number | undefined {
    const value = this.text(name)
    if (value === undefined || value === '') return undefined
    const number = Number(value)
    if (!Number.isInteger(number) || number < 0) throw refuseArguments(`must be an integer [json-pointer:/${name}]`)
    return number
  }

  /** An object or array argument; text that is not JSON is refused with `errorCode`. */
  json(name: string, errorCode = 'invalid_arguments'): unknown {
    const value = this.#values[name]
    if (typeof value !== 'string') return value ?? undefined
    if (value === '') return undefined
    try {
      return JSON.parse(value)
    } catch {
      throw new Refusal(errorCode)
    }
  }

  object(name: string, errorCode = 'invalid_arguments'): Record<string, unknown> | undefined {
    const value = this.json(name, errorCode)
    if (value === undefined) return undefined
    if (!isObject(value)) throw new Refusal(errorCode)
    return value
  }

  list(name: string, errorCode = 'invalid_arguments'): unknown[] | undefined {
    const value = this.json(name, errorCode)
    if (value === undefined) return undefined
    if (!Array.isArray(value)) throw new Refusal(errorCode)
    return value
  }

  /** Comma-separated words, or a JSON array of them. */
  words(name: string): string[] {
    const value = this.#values[name]
    if (Array.isArray(value)) return value.map(String)
    const text = this.text(name) ?? ''
    if (text.startsWith('[')) return (this.list(name) ?? []).map(String)
    return text.split(',').filter((word) => word !== '')
  }
}
