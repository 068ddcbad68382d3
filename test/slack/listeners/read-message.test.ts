import { expect, test } from 'vitest'
import { readMessage } from '../../../src/slack/listeners/read-message.ts'

const read = (event: object) => readMessage({ type: 'message', channel: 'C1', ...event }, 'T1', 'UBOT')

test('an edit keeps the names of the files that hang on the message', () => {
  const message = { ts: '1.1', text: 'look at this', files: [{ name: 'crash.log' }] }
  expect(read({ subtype: 'message_changed', message })).toMatchObject({
    kind: 'edited',
    text: 'look at this\n[attached file, not read: crash.log]',
  })
})

test('what Slack leaves in the place of a deleted message is a deletion', () => {
  const message = { ts: '1.1', subtype: 'tombstone', text: 'This message was deleted.' }
  expect(read({ subtype: 'message_changed', message })).toEqual({
    kind: 'deleted',
    teamId: 'T1',
    channelId: 'C1',
    ts: '1.1',
  })
})
