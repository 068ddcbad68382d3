import { weekdays } from '../../decisions/digest/parse-digest-command.ts'
import type { DigestSetting } from '../../decisions/digest/settings.ts'

/** Every sentence about digests that is not in one. */
export const digestSentences = {
  channelsOnly: 'A digest belongs to a channel. Type this in the channel that should get it.',
  asked: 'The digest comes in a moment.',
  turnedOff: 'This channel gets no digest any more. Turn it on again with `/architect digest on`.',
  off: (reason: string | null | undefined) =>
    [
      'This channel gets no digest.',
      reason ? `I turned it off: ${reason}.` : '',
      'Turn it on with `/architect digest on monday 9:00`; I take your time zone unless you name another, such as Europe/Berlin.',
    ]
      .filter(Boolean)
      .join(' '),
  on: (setting: DigestSetting, nextMs: number) =>
    [
      `This channel gets its digest every ${weekdays[setting.weekday - 1]} at ${setting.time} (${setting.zone}), next on ${formatDate(nextMs, setting.zone)}.`,
      setting.quietWeeks === 'skip'
        ? 'In a week without news I say nothing; `/architect digest quiet say-so` changes that.'
        : 'In a week without news I say so; `/architect digest quiet skip` changes that.',
    ].join(' '),
  quiet: (quietWeeks: DigestSetting['quietWeeks'], isOn: boolean) =>
    [
      quietWeeks === 'skip' ? 'In a week without news I will say nothing.' : 'In a week without news I will say so.',
      isOn ? '' : 'The digest itself is off; turn it on with `/architect digest on`.',
    ]
      .filter(Boolean)
      .join(' '),
}

/** A day as people write it, such as Mon 23 Nov. */
export function formatDate(atMs: number, zone: string): string {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    weekday: 'short',
    day: 'numeric',
    month: 'short',
  }).formatToParts(atMs)
  const partOf = (type: string) => parts.find((part) => part.type === type)?.value ?? ''
  return `${partOf('weekday')} ${partOf('day')} ${partOf('month')}`
}
