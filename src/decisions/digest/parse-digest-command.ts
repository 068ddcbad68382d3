/** When a digest comes, in local time. */
export interface WeeklyTime {
  /** 1 is Monday, 7 is Sunday. */
  weekday: number
  /** `HH:MM`. */
  time: string
  /** IANA name; undefined for the zone of whoever asks. */
  zone: string | undefined
}

export type QuietWeeks = 'skip' | 'say-so'

/** What somebody asks of a channel's digest. `on` without a time keeps the one that was set before. */
export type DigestRequest =
  | { kind: 'show' }
  | { kind: 'now' }
  | { kind: 'preview' }
  | { kind: 'off' }
  | { kind: 'on'; at: WeeklyTime | undefined }
  | { kind: 'quiet'; quietWeeks: QuietWeeks }

export type ParsedDigestCommand = { ok: true; request: DigestRequest } | { ok: false; sentence: string }

const example = '`/architect digest on monday 9:00 Europe/Berlin`'

/** Reads what follows `/architect digest`; what cannot be read gets one sentence with an example. */
export function parseDigestCommand(text: string): ParsedDigestCommand {
  const [word = '', ...rest] = text.trim().split(/\s+/)
  switch (word.toLowerCase()) {
    case '':
      return read({ kind: 'show' })
    case 'now':
    case 'preview':
    case 'off':
      return rest.length === 0 ? read({ kind: readKind(word) }) : fail(`After \`${word}\` nothing else is needed.`)
    case 'on':
      return parseOn(rest)
    case 'quiet':
      return parseQuiet(rest)
    default:
      return fail(
        `I do not know \`${word.slice(0, 40)}\` for digests. Use \`now\`, \`preview\`, \`off\`, \`quiet skip\`, \`quiet say-so\`, or for example ${example}.`,
      )
  }
}

function readKind(word: string): 'now' | 'preview' | 'off' {
  const kind = word.toLowerCase()
  return kind === 'now' || kind === 'preview' ? kind : 'off'
}

function parseOn(words: readonly string[]): ParsedDigestCommand {
  const [day = '', ...rest] = words
  if (day === '') return read({ kind: 'on', at: undefined })
  const weekday = readWeekday(day)
  if (weekday === undefined) return fail(`"${day.slice(0, 40)}" is not a day of the week. Write it like ${example}.`)
  // "9 am" is one time.
  const isSplit = /^[ap]\.?m\.?$/i.test(rest[1] ?? '')
  const time = readTime(isSplit ? `${rest[0]}${rest[1]}` : (rest[0] ?? ''))
  if (time === undefined)
    return fail(
      `"${(rest[0] ?? '').slice(0, 40)}" is not a time of the day, such as 9, 9:00 or 5pm, for example ${example}.`,
    )
  const [zoneName, ...more] = rest.slice(isSplit ? 2 : 1)
  if (more.length > 0) return fail(`I need a day, a time and a zone and nothing else, for example ${example}.`)
  const zone = zoneName === undefined ? undefined : readZone(zoneName)
  if (zoneName !== undefined && zone === undefined)
    return fail(
      `"${zoneName.slice(0, 40)}" is not a time zone I know. Name a place, such as Europe/Berlin or America/New_York.`,
    )
  return read({ kind: 'on', at: { weekday, time, zone } })
}

function parseQuiet([choice = '', ...more]: readonly string[]): ParsedDigestCommand {
  const quietWeeks = choice.toLowerCase()
  if ((quietWeeks === 'skip' || quietWeeks === 'say-so') && more.length === 0)
    return read({ kind: 'quiet', quietWeeks })
  return fail(
    'In a week without news I can say nothing or say that: `/architect digest quiet skip` or `/architect digest quiet say-so`.',
  )
}

export const weekdays = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'] as const

/** The number of a day by its name or the start of it, as far as that is clear. */
function readWeekday(word: string): number | undefined {
  const start = word.toLowerCase().replace(/s$/, '')
  if (start.length < 2) return undefined
  const index = weekdays.findIndex((day) => day.toLowerCase().startsWith(start))
  return index < 0 ? undefined : index + 1
}

/** `HH:MM` of 9, 9:00, 09.00, 9am or 9:30pm; undefined for anything else. */
function readTime(word: string): string | undefined {
  const [, hours = '', minutes = '00', half] = /^(\d{1,2})(?:[:.h](\d{2}))?(?:([ap])\.?m\.?)?$/i.exec(word) ?? []
  const given = Number(hours)
  if (hours === '' || Number(minutes) > 59 || given > 23 || (half && (given < 1 || given > 12))) return undefined
  const isAfternoon = half?.toLowerCase() === 'p'
  const hour = half ? (given % 12) + (isAfternoon ? 12 : 0) : given
  return `${String(hour).padStart(2, '0')}:${minutes}`
}

/** The zone by its IANA name in any case; undefined for offsets and short names, which say nothing about summer time. */
export function readZone(name: string): string | undefined {
  if (!name.includes('/') && name.toUpperCase() !== 'UTC') return undefined
  try {
    const { timeZone } = new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions()
    // The runtime calls some zones by an older name than people do.
    return timeZone.toLowerCase() === name.toLowerCase() ? timeZone : name
  } catch {
    return undefined
  }
}

function read(request: DigestRequest): ParsedDigestCommand {
  return { ok: true, request }
}

function fail(sentence: string): ParsedDigestCommand {
  return { ok: false, sentence }
}
