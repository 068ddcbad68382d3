import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { splitBlocks } from '../../../src/lib/markdown-blocks.ts'
import { neutralise } from '../../../src/slack/delivery/neutralise.ts'
import { hostileMarkdown } from './hostile-markdown.ts'
import { findLiveContent } from './live-content.ts'
import { ordinaryMarkdown } from './ordinary-markdown.ts'

const policy = { knownUserIds: ['U123'], seenUrls: ['https://github.com/acme/orders'] }
const audience = { knownUserIds: ['U123'], knownHosts: ['github.com'] }

test('whatever a model writes, nobody is notified and no unknown host gets data', () => {
  const property = fc.property(hostileMarkdown, (markdown) => {
    expect(findLiveContent(neutralise(markdown, policy), audience)).toEqual([])
  })
  fc.assert(property, { numRuns: 12_000 })
})

test('the same holds when each block is neutralised on its own and they are put together again', () => {
  const property = fc.property(hostileMarkdown, (markdown) => {
    const whole = splitBlocks(markdown)
      .map(({ text }) => neutralise(text, policy))
      .join('')
    expect(findLiveContent(whole, audience)).toEqual([])
  })
  fc.assert(property, { numRuns: 6000 })
})

test('neutralising twice is the same as once', () => {
  const property = fc.property(hostileMarkdown, (markdown) => {
    const once = neutralise(markdown, policy)
    expect(neutralise(once, policy)).toBe(once)
  })
  fc.assert(property, { numRuns: 6000 })
})

test('an ordinary answer is said exactly as it was written', () => {
  const property = fc.property(ordinaryMarkdown, (markdown) => {
    expect(neutralise(markdown, policy)).toBe(markdown)
  })
  fc.assert(property, { numRuns: 3000 })
})
