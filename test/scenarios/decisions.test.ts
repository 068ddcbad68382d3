import { expect, test } from 'vitest'
import { runToEnd } from '../support/run-to-end.ts'
import { ordersRepository } from '../support/orders-repository.ts'
import { decideByForm, draftByForm } from '../support/decide-by-form.ts'
import { startScene, type Scene } from '../support/start-scene.ts'
import type { Person } from '../support/slack/person.ts'
import type { Channel, Message } from '../support/slack/world.ts'

test('a thread becomes an accepted decision only by a confirmed draft and the word of everyone named', async () => {
  await using scene = await startScene()
  const { slack, anthropic, dana, ben, orders } = scene
  const ts = dana.says(orders, 'Jobs: pg-boss or BullMQ? I vote pg-boss, we run Postgres anyway.')
  const reply = ben.says(orders, 'Agreed, pg-boss it is.', { threadTs: ts })
  anthropic.reply({ json: draft({ from: ts, quote: 'we run Postgres anyway', deciders: [dana.id, ben.id] }) })
  dana.says(orders, `${slack.mention} record this decision`, { threadTs: ts })
  const suggestion = await said(scene, orders, ts, 'Jobs run on pg-boss')
  expect(slack.textOf(suggestion)).toContain('said here')
  expect(slack.textOf(suggestion)).toContain('inferred')
  expect(Number(reply)).toBeGreaterThan(Number(ts))
  expect(shownBy(await runToEnd(scene, dana, 'decisions status:draft', orders))).toContain('no such decision')

  await dana.clicks(suggestion, 'keep-suggestion:0')
  await dana.clicks(suggestion, 'keep-suggestion:0')
  const card = await cardOf(scene, orders, ts)
  await dana.clicks(card, 'decision_propose')
  await said(scene, orders, ts, 'ADR-1 is proposed')
  await dana.clicks(await cardOf(scene, orders, ts), 'decision_approve')
  await slack.waitFor(() => slack.textOf(cardNow(scene, orders, ts)).includes('approves'))
  expect(slack.textOf(cardNow(scene, orders, ts))).toContain('proposed')
  await ben.clicks(cardNow(scene, orders, ts), 'decision_approve')
  await said(scene, orders, ts, 'ADR-1 is accepted')

  const card2 = await slack.waitFor(() => withText(scene, orders, ts, 'ADR-1**, accepted'))
  await ben.clicks(card2, 'decision_details')
  const details = await slack.waitFor(() => slack.views(ben)[0])
  const history = slack.textOf(details)
  for (const step of ['created', 'proposed', 'approved', 'accepted']) expect(history).toContain(step)
})

test('a draft cites the lines a thread links to, and proposes what can be checked and when to look again', async () => {
  await using scene = await startScene({ github: { repositories: [ordersRepository()] } })
  const { slack, anthropic, dana, orders } = scene
  const link = 'https://github.com/acme/orders/blob/main/src/list-orders.js#L1-L3'
  const ts = dana.says(orders, `This reads everything: ${link}. Jobs go to pg-boss.`)
  anthropic.reply({
    json: draft({ from: 'src/list-orders.js:2', quote: 'await Order.findAll()', deciders: [dana.id] }),
  })
  dana.says(orders, `${slack.mention} record this decision`, { threadTs: ts })
  const shown = slack.textOf(await said(scene, orders, ts, 'Jobs run on pg-boss'))
  expect(shown).toMatch(/blob\/[0-9a-f]{40}\/src\/list-orders\.js#L2/)
  expect(shown).toContain('dependency bullmq absent')
  expect(shown).not.toContain('never lose a job')
  expect(shown).toContain('2099-03-01')
  const suggestion = await said(scene, orders, ts, 'Jobs run on pg-boss')
  await dana.clicks(suggestion, 'keep-suggestion:0')
  const card = await cardOf(scene, orders, ts)
  expect(slack.textOf(card)).toContain('dependency bullmq absent')
})

test('without a key the form opens on what the thread shows, and only the sent form is stored', async () => {
  await using scene = await startScene({ key: false })
  const { slack, dana, orders } = scene
  const { ts, form } = await openOfferedForm(scene)
  const refused = await dana.submits(form, { option: 'Redis', checks: 'dependency redis perhaps' })
  expect(Object.keys(refused.errors ?? {})).toEqual(['checks'])
  await dana.submits(form, { option: 'Redis', because: 'Restarts log nobody out', checks: 'dependency redis present' })
  const card = await cardOf(scene, orders, ts)
  expect(slack.textOf(card)).toContain('sessions in Redis')
  await dana.clicks(card, 'decision_propose')
  await said(scene, orders, ts, 'ADR-1 is proposed')
  await dana.clicks(await cardOf(scene, orders, ts), 'decision_reject')
  const note = await slack.waitFor(() => slack.views(dana).find((view) => view.content.callback_id === 'decision_note'))
  await dana.submits(note, { note: 'Too early.' })
  await slack.waitFor(() => withText(scene, orders, ts, 'ADR-1**, rejected'))
})

test('what was decided is found, shown at home, named in answers, and kept in its channel', async () => {
  await using scene = await startScene()
  const { slack, anthropic, dana, ben, orders } = scene
  const secret = slack.addChannel({ name: 'secret', isPrivate: true, members: [dana] })
  await decideByForm(scene, dana, orders, {
    title: 'Jobs run on pg-boss',
    options: 'pg-boss\nBullMQ: on Redis',
    option: 'pg-boss',
    because: 'Redis is one more thing to run',
  })
  await decideByForm(scene, dana, secret, {
    title: 'Canary layoffs service',
    option: 'none',
    because: 'nobody may know',
  })

  expect(shownBy(await runToEnd(scene, ben, 'decisions background jobs', orders))).toContain('pg-boss')
  expect(shownBy(await runToEnd(scene, ben, 'decisions canary', orders))).not.toContain('layoffs')
  expect(shownBy(await runToEnd(scene, ben, 'decisions status:maybe', orders))).toContain('no status')
  dana.opensHome()
  await slack.waitFor(() => textOfHome(scene, dana).includes('Recent decisions'))

  anthropic.reply({ text: 'It would work, but see above.' })
  const ts = ben.says(orders, `${slack.mention} Let's switch the jobs to BullMQ, it is faster.`)
  const answer = await slack.waitForReply(orders, ts)
  expect(slack.textOf(answer)).toContain('turned down BullMQ')
  expect(anthropic.requests.at(-1)?.raw).toContain('ADR-1')
  expect(anthropic.requests.at(-1)?.raw).not.toContain('layoffs')
  anthropic.reply({ text: 'As I said.' })
  ben.says(orders, `${slack.mention} But why not BullMQ?`, { threadTs: ts })
  const second = await slack.waitForReply(orders, ts, { after: answer.ts })
  expect(slack.textOf(second)).not.toContain('turned down')
})

test('a reaction counts where the channel has turned it on, and only from who is named', async () => {
  await using scene = await startScene({ key: false })
  const { slack, dana, ben, orders } = scene
  await dana.runs('/architect', 'channel reactions on', orders)
  const card = await draftByForm(scene, dana, orders, { title: 'Use UUIDv7', option: 'UUIDv7', deciders: [ben.id] })
  await dana.clicks(card, 'decision_propose')
  await slack.waitFor(() => slack.textOf(rootCard(scene, orders)).includes('proposed'))
  dana.reacts(orders, card.ts, 'white_check_mark')
  await slack.settled()
  expect(slack.textOf(rootCard(scene, orders))).toContain('proposed')
  ben.reacts(orders, card.ts, 'white_check_mark')
  await slack.waitFor(() => slack.textOf(rootCard(scene, orders)).includes('accepted'))
})

test('in a private channel a decision is replaced by one that others made there, also from its details', async () => {
  await using scene = await startScene({ key: false })
  const { slack, dana, ben } = scene
  const secret = slack.addChannel({ name: 'secret', isPrivate: true, members: [dana, ben] })
  const old = await decideByForm(scene, dana, secret, { title: 'Canary one', option: 'one' })
  await decideByForm(scene, ben, secret, { title: 'Canary two', option: 'two' })
  await dana.clicks(old(), 'decision_details')
  const details = await slack.waitFor(() =>
    slack.views(dana).find(({ content }) => content.callback_id === 'decision_view'),
  )
  await dana.clicks(details, 'decision_supersede')
  const note = await slack.waitFor(() =>
    slack.views(dana).find(({ content }) => content.callback_id === 'decision_note'),
  )
  expect((await dana.submits(note, { note: 'ADR-2' })).errors).toBeUndefined()
  await slack.waitFor(() => slack.textOf(old()).includes('superseded'))
})

test('a form closes when it is stored, however long Slack takes to show the card', async () => {
  await using scene = await startScene({ key: false })
  const { slack, dana, orders } = scene
  const shown = Promise.withResolvers<void>()
  slack.fail('chat.postMessage', { until: shown.promise })
  await dana.runs('/architect', 'decide Use UUIDv7', orders)
  const form = await slack.waitFor(() => slack.views(dana).at(-1))
  const sent = await dana.submits(form, { option: 'UUIDv7' })
  expect(sent.error).toBeUndefined()
  expect(slack.channelMessages(orders)).toEqual([])
  shown.resolve()
  await slack.waitFor(() => slack.channelMessages(orders)[0])
})

test('a record whose card could not be shown gets it when somebody presses again', async () => {
  let later = 0
  await using scene = await startScene({ key: false, now: () => Date.now() + later })
  const { slack, dana, orders } = scene
  const { ts, offer, form } = await openOfferedForm(scene)
  slack.fail('chat.postMessage', { error: 'internal_error' })
  await dana.submits(form, { option: 'Redis' })
  await slack.settled()
  const tooSoon = await dana.clicks(offer, 'edit-suggestion:0')
  await slack.waitFor(() => shownBy(tooSoon).includes('answered before'))
  later = 120_000
  await dana.clicks(offer, 'edit-suggestion:0')
  expect(slack.textOf(await cardOf(scene, orders, ts))).toContain('sessions in Redis')
})

/** Without a key: the form that a thread about sessions is offered. */
async function openOfferedForm(scene: Scene) {
  const { slack, dana, orders } = scene
  const ts = dana.says(orders, 'Should sessions live in Redis?')
  dana.says(orders, `${slack.mention} record this decision: sessions in Redis`, { threadTs: ts })
  const offer = await said(scene, orders, ts, 'Fill in the form')
  await dana.clicks(offer, 'edit-suggestion:0')
  return { ts, offer, form: await slack.waitFor(() => slack.views(dana)[0]) }
}

function draft({ from, quote, deciders }: { from: string; quote: string; deciders: string[] }) {
  const none: never[] = []
  return {
    holds: 'decision',
    missing: '',
    records: [
      {
        title: 'Jobs run on pg-boss',
        context: [{ text: 'Jobs get lost when a process restarts.', from: '', quote: '' }],
        drivers: none,
        options: [
          { name: 'pg-boss', for: none, against: none },
          { name: 'BullMQ', for: none, against: none },
        ],
        option: 'pg-boss',
        because: [{ text: 'the team runs Postgres already.', from, quote }],
        good: none,
        bad: none,
        confirmation: none,
        deciders,
        consulted: none,
        paths: none,
        packages: ['pg-boss'],
        services: none,
        tags: ['jobs'],
        keywords: ['queue', 'background work'],
        reversibility: 'two-way-door',
        checks: ['dependency bullmq absent', 'never lose a job'],
        reviewBy: '2099-03-01',
      },
    ],
  }
}

const rootCard = ({ slack }: Scene, channel: Channel): Message => {
  const [card] = slack.channelMessages(channel)
  if (!card) throw new Error('there is no card')
  return card
}

function withText({ slack }: Scene, channel: Channel, ts: string, words: string): Message | undefined {
  return slack.answers(channel, ts).findLast((message) => slack.textOf(message).includes(words))
}

function said(scene: Scene, channel: Channel, ts: string, words: string): Promise<Message> {
  return scene.slack.waitFor(() => withText(scene, channel, ts, words))
}

function cardNow(scene: Scene, channel: Channel, ts: string): Message {
  const { slack } = scene
  const card = slack
    .answers(channel, ts)
    .find((message) => slack.buttonsOf(message).some(({ actionId }) => actionId === 'decision_details'))
  if (!card) throw new Error('there is no card')
  return card
}

async function cardOf(scene: Scene, channel: Channel, ts: string): Promise<Message> {
  await scene.slack.waitFor(() => {
    try {
      return cardNow(scene, channel, ts)
    } catch {
      return undefined
    }
  })
  return cardNow(scene, channel, ts)
}

function textOfHome({ slack }: Scene, person: Person): string {
  const home = slack.home(person)
  return home ? slack.textOf(home) : ''
}

function shownBy(interaction: { shown: readonly { text?: string; blocks?: unknown }[] }): string {
  return interaction.shown.map((message) => `${message.text ?? ''} ${JSON.stringify(message.blocks ?? [])}`).join('\n')
}
