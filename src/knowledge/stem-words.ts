const WORD = /[a-z0-9]+(?:[.+][a-z0-9]+)*/g

const CAMEL_CASE = /\b[A-Za-z]*[a-z][A-Z]\w*\b/g

const STOP_WORDS = new Set(
  `a about after all also am an and any anyone are as at be because been before being best better both but by can
  could did do does doing for from get gets go going good got had has have having help helps here how i if in into
  is it its just know let like lot make many may maybe me might more most much must my need needs new no not now of
  on one only or other our out over own please really same shall should since so some still such take than thank
  thanks that the their them then there these they thing things this those to too us use used using versus very vs
  want was way we well were what when where which while who why will with without work works would yet you your`.split(
    /\s+/,
  ),
)

/** Splits a text into lower-case word stems in order: "Caching the sessions" gives cach, the, session. */
export function stemWords(text: string): string[] {
  return splitWords(text).map(stem)
}

/** The stems of a text without the words that say nothing about its subject, each once. */
export function stemSubjectWords(text: string): Set<string> {
  return new Set(
    splitWords(text)
      .filter((word) => !STOP_WORDS.has(word))
      .map(stem),
  )
}

function splitWords(text: string): string[] {
  return [text, ...splitNames(text)].join(' ').toLowerCase().match(WORD) ?? []
}

/** `hashSync` also counts as `hash Sync`, behind the text so that its words keep their neighbours. */
function splitNames(text: string): string[] {
  return (text.match(CAMEL_CASE) ?? []).map((name) => name.replace(/([a-z0-9])([A-Z])/g, '$1 $2'))
}

function stem(word: string): string {
  return trimVerbEnding(singular(word)).replace(/(?<=.{4})(?:ation|at|ion|e)$/, '')
}

function singular(word: string): string {
  if (/(?:ss|us|(?<!^ap)is|js|^cors|\d)$/.test(word) || word.length < 4) return word
  if (word.endsWith('ies')) return `${word.slice(0, -3)}y`
  return word.replace(/(?<=(?:ss|x|ch|sh))es$|s$/, '')
}

function trimVerbEnding(word: string): string {
  const root = word.replace(/(?<=.{3})(?:ing|ed|e)$/, '')
  return root === word ? word : root.replace(/([bdglmnprt])\1$/, '$1')
}
