import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseDigestCommand } from '../../../src/decisions/digest/parse-digest-command.ts'

test.each([
  ['', { kind: 'show' }],
  ['now', { kind: 'now' }],
  ['PREVIEW', { kind: 'preview' }],
  ['off', { kind: 'off' }],
  ['on', { kind: 'on', at: undefined }],
  ['quiet say-so', { kind: 'quiet', quietWeeks: 'say-so' }],
  ['on monday 9 Europe/Berlin', on(1, '09:00', 'Europe/Berlin')],
  ['on Mon 9:30', on(1, '09:30', undefined)],
  ['on fridays 09:00 america/new_york', on(5, '09:00', 'America/New_York')],
  ['on sun 9am UTC', on(7, '09:00', 'UTC')],
  ['on thu 12 am Asia/Kolkata', on(4, '00:00', 'Asia/Kolkata')],
  ['on wed 12:15pm', on(3, '12:15', undefined)],
  ['on tuesday 17.45', on(2, '17:45', undefined)],
])('"%s" is understood', (text, request) => {
  expect(parseDigestCommand(text)).toEqual({ ok: true, request })
})

test.each([
  ['frobnicate', 'I do not know'],
  ['off please', 'nothing else'],
  ['on someday 9', 'not a day of the week'],
  ['on t 9', 'not a day of the week'],
  ['on monday', 'not a time of the day'],
  ['on monday 25:00', 'not a time of the day'],
  ['on monday 9:75', 'not a time of the day'],
  ['on monday 13pm', 'not a time of the day'],
  ['on monday 9 Berlin', 'not a time zone'],
  ['on monday 9 CET', 'not a time zone'],
  ['on monday 9 Mars/Phobos', 'not a time zone'],
  ['on monday 9 Europe/Berlin please', 'nothing else'],
  ['quiet maybe', 'quiet say-so'],
])('"%s" gets a sentence that says what to write', (text, part) => {
  expect(parseDigestCommand(text)).toEqual({ ok: false, sentence: expect.stringContaining(part) })
})

test('whatever is typed is understood or gets one sentence', () => {
  const isFine = fc.property(fc.string(), fc.constantFrom('', 'on ', 'on monday ', 'quiet '), (text, start) => {
    const parsed = parseDigestCommand(start + text)
    return parsed.ok || (parsed.sentence.length > 0 && !parsed.sentence.includes('\n'))
  })
  expect(() => fc.assert(isFine)).not.toThrow()
})

function on(weekday: number, time: string, zone: string | undefined) {
  return { kind: 'on', at: { weekday, time, zone } }
}
