/** The stand-in's token count: four characters each, at least one. */
export function countTokens(text: string): number {
  return Math.max(1, Math.ceil(text.length / 4))
}
