import type { LineRange } from '../../github/target.ts'

/** A place in code as people write it, such as `src/app.js:12-14`, and where in the text it stands. */
export interface PlaceMention {
  at: number
  end: number
  path: string
  lines: LineRange
}

const extensions = '(?:[cm]?[jt]sx?|json|ya?ml|sql|prisma|graphql|ejs|pug|hbs|html|md|toml|sh)'
const place = new RegExp(
  String.raw`(?<![\w/@.:#-])((?:\./)?(?:[\w.@][\w.@()[\]-]{0,80}/){0,15}[\w.@][\w.@()[\]-]{0,80}\.${extensions}):(\d{1,7})(?:-(\d{1,7}))?(?![\w-]|:\w)`,
  'gi',
)
const address = /\b[a-z][a-z+.-]{0,20}:\/\/[^\s)>\]`]+/gi

/** The places of a text outside of addresses and dependencies, in order. */
export function findPlaces(text: string): PlaceMention[] {
  const addresses = [...text.matchAll(address)].map(({ 0: whole, index }) => ({ at: index, end: index + whole.length }))
  return [...text.matchAll(place)].flatMap(({ 0: whole, 1: path = '', 2: from, 3: to, index: at }) => {
    const end = at + whole.length
    if (path.includes('node_modules/') || addresses.some((each) => each.at < end && at < each.end)) return []
    return [{ at, end, path, lines: { start: Number(from), end: Number(to ?? from) } }]
  })
}

export function describePlace(path: string, lines: LineRange | undefined): string {
  return lines ? `${path}:${describeLines(lines)}` : path
}

export function describeLines({ start, end }: LineRange): string {
  return start === end ? `${start}` : `${start}-${end}`
}
