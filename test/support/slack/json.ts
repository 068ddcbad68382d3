/** True for objects that are neither null nor arrays. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The string a payload holds, or nothing when it holds something else. */
export function asText(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

/** The objects of a list, or none when it is no list. */
export function asObjects(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? value.filter(isObject) : []
}
