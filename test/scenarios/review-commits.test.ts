import { expect, test } from 'vitest'
import { sampleService } from '../support/sample-service.ts'
import { type Scene, startScene } from '../support/start-scene.ts'
import type { Message } from '../support/slack/world.ts'

const url = 'https://github.com/acme/orders'
const runsAnything =
  "import express from 'express'\nexport const admin = express()\nadmin.get('/run', (req, res) => res.send(eval(req.query.code)))\n"

test('a link to an older commit is not compared with newer ones, nor a newer one with it', async () => {
  await using scene = await startScene({ key: false, github: { repositories: [sampleService()] } })
  const { github } = scene
  const old = String(github.site.named('acme/orders').find('main'))
  const first = await review(scene, url)
  expect(first).not.toMatch(/\d fixed/)
  const broken = github.push('acme/orders', { message: 'Run anything', files: { 'src/admin.js': runsAnything } })
  expect(await review(scene, url)).toMatch(comparison('0 fixed, 1 new', old))

  const again = await review(scene, `${url}/tree/${old}`)
  expect(again).not.toMatch(/\d fixed/)
  expect(again).toContain('a fixed commit, so it is not compared with later ones')
  expect(await review(scene, `${url}/tree/${old}`)).toMatch(comparison('0 fixed, 0 new', old))

  github.push('acme/orders', { message: 'Take it out', files: { 'src/admin.js': null } })
  expect(await review(scene, url)).toMatch(comparison('1 fixed, 0 new', broken))
})

test('a review begun at the commit it was priced at is not compared with what was pushed since', async () => {
  await using scene = await startScene({ github: { repositories: [sampleService()] } })
  const { slack, dana, orders, github } = scene
  const ts = dana.says(orders, `${slack.mention} review ${url}`)
  const quote = await said(scene, ts, 'Facts')
  const broken = github.push('acme/orders', { message: 'Run anything', files: { 'src/admin.js': runsAnything } })
  await review(scene, `${url} facts`)
  await dana.clicks(quote, 'review:0')
  const late = slack.textOf(await said(scene, ts, ', by rules'))
  expect(late).not.toMatch(/\d fixed/)
  expect(late).not.toContain('a fixed commit')

  github.push('acme/orders', { message: 'Take it out', files: { 'src/admin.js': null } })
  expect(await review(scene, `${url} facts`)).toMatch(comparison('1 fixed, 0 new', broken))
})

test('a pull request that moved on since it was priced is reviewed as it is, and says so', async () => {
  const pulls = [{ number: 7, title: 'Admin', head: 'admin', base: 'main' }]
  await using scene = await startScene({ github: { repositories: [sampleService({ pulls })] } })
  const { slack, dana, orders, github } = scene
  const first = github.push('acme/orders', {
    branch: 'admin',
    message: 'Admin',
    files: { 'src/admin.js': 'start()\n' },
  })
  const ts = dana.says(orders, `${slack.mention} review ${url}/pull/7`)
  const quote = await said(scene, ts, 'Facts')
  const later = github.push('acme/orders', {
    branch: 'admin',
    message: 'More',
    files: { 'src/admin.js': runsAnything },
  })
  await dana.clicks(quote, 'review:0')
  const text = slack.textOf(await said(scene, ts, ', by rules'))
  expect(text).toContain(
    `at ${first.slice(0, 7)}; somebody pushed since, and what was reviewed is ${later.slice(0, 7)}`,
  )
})

const comparison = (counts: string, sha: string) => new RegExp(`${counts}, .* since .*\\(${sha.slice(0, 7)}\\)`)

/** What a review in a thread of its own says. */
async function review(scene: Scene, words: string): Promise<string> {
  const { slack, dana, orders } = scene
  const ts = dana.says(orders, `${slack.mention} review ${words}`)
  const answer = await said(scene, ts, ', by rules')
  return slack.textOf(answer)
}

function said({ slack, orders }: Scene, ts: string, words: string): Promise<Message> {
  return slack.waitFor(() => slack.answers(orders, ts).find((message) => slack.textOf(message).includes(words)))
}
