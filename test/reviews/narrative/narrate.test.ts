import { expect, test } from 'vitest'
import { startAnthropic } from '../../support/anthropic/start-anthropic.ts'
import { key } from '../../support/anthropic/use-claude.ts'
import { startRegistry } from '../../support/npm/start-registry.ts'
import { askedAreas, claim, inputOf, narrateOn, nothingSaid } from './review-scene.ts'

test('of findings half of which are invented, the true ones come out and every other is counted', async () => {
  await using anthropic = await startAnthropic({ key })
  await using npm = await startRegistry()
  npm.publish('rate-limiter-flexible', { '5.0.3': {} })
  const input = inputOf()
  const findings = [
    claim(),
    claim({ path: 'src/routes/admin.js', title: 'Invented file' }),
    claim({ quote: "  const order = await Order.findOne({ where: 'everything' });", title: 'Invented quote' }),
    claim({
      startLine: 3,
      endLine: 3,
      title: 'Wrong line of a true quote',
      category: 'missing-validation',
      area: 'validation',
    }),
    claim({
      kind: 'absence',
      subject: 'rate limiting',
      title: 'There is no rate limiting',
      category: 'missing-rate-limit',
    }),
    claim({ kind: 'presence', title: 'There is no rate limiting', category: 'missing-rate-limit' }),
    claim({ kind: 'absence', subject: 'good taste', title: 'There is no good taste', category: null }),
    claim({
      area: 'scalability',
      category: 'resource-exhaustion',
      path: 'src/services/order-service.js',
      startLine: 49,
      endLine: 49,
      quote: 'axios.post(config.mailUrl, {',
      title: 'All reminders are sent at once',
      fix: { ...claim().fix, code: 'await orders.map((', packages: [{ name: 'p-limitt', version: '7.0.0' }] },
    }),
  ]
  anthropic.replyWith((request) => {
    const areas = askedAreas(request)
    if (areas.includes('security')) {
      return {
        json: {
          ...nothingSaid,
          explanations: [
            { id: 'F1', rank: 1, why: 'It connects to F2. It is at src/nowhere.js:4.', code: null, language: 'js' },
            { id: 'F999', rank: 2, why: 'Invented.', code: null, language: 'js' },
          ],
          findings,
          areas: [
            { area: 'security', clean: true, checked: 'All routes.' },
            { area: 'validation', clean: false, checked: '' },
          ],
        },
      }
    }
    return {
      json: { ...nothingSaid, verdict: areas.includes('organisation') ? 'Close the order routes first.' : null },
    }
  })
  const narrative = await narrateOn({ anthropic, registryUrl: npm.url }, input)
  const own = narrative.findings.filter(({ rule }) => rule.startsWith('model/'))
  expect(own.map(({ title, place }) => `${title} ${place.path}:${place.line}`).toSorted()).toEqual([
    'All reminders are sent at once src/services/order-service.js:49',
    "Everyone who is signed in reads everyone's orders src/routes/orders.js:54",
    'Wrong line of a true quote src/routes/orders.js:54',
  ])
  expect(narrative.dropped).toEqual({
    'about a file that was not reviewed': 1,
    'with a quote that is not in the code': 1,
    'of something missing that is there': 2,
    'of something missing that nobody can search for': 1,
    'about a finding that does not exist': 1,
    'sentences about a place, package or finding that does not exist': 1,
    'packages or versions that do not exist': 1,
    'code examples that do not parse': 1,
    'areas called clean without being read or free of findings': 1,
  })
  const first = input.findings[0]
  const explained = narrative.findings.find(({ fingerprint }) => fingerprint === first?.fingerprint)
  const second = input.findings[1]?.place
  expect(explained?.why).toBe(`It connects to \`${second?.path}:${second?.line}\`.`)
  expect(own.find(({ title }) => title.startsWith('All reminders'))?.fix).toMatchObject({ code: undefined, needs: [] })
  expect(own.every(({ confidence }) => confidence !== 'high')).toBe(true)
  expect(narrative).toMatchObject({ verdict: 'Close the order routes first.', ending: { kind: 'complete' }, clean: [] })
})
