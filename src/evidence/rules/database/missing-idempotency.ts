import type { Codebase } from '../../codebase.ts'
import { objectOf } from '../../facts/sessions.ts'
import {
  contains,
  functionAround,
  hasSpread,
  literalText,
  pathOf,
  propertyOf,
  type CallNode,
  type Node,
} from '../../parse/ast.ts'
import type { SourceFile } from '../../parse/source-file.ts'
import type { Match, Rule } from '../rule.ts'

const paying = /(^|\.)stripe(\(\))?\.(charges|refunds|transfers|payouts|paymentIntents)\.create$/i

export const missingIdempotency: Rule = {
  id: 'missing-idempotency',
  category: 'race-condition',
  severity: 'medium',
  confidence: 'medium',
  title: 'Money moves twice when a request comes twice',
  why: 'Callers click twice, proxies and queues repeat what got no answer, and payment services send each event at least once. Without a key that names the intention, each time counts.',
  effects: { safety: 'Charged, refunded or delivered twice.' },
  fix: {
    say: 'Give each intention a key, and remember the events that are done.',
    code: {
      any: 'await stripe.refunds.create({ charge }, { idempotencyKey: `refund-${order.id}` })\n\n// webhook: in one transaction with what the event does; the unique index passes over the second\nconst { rowCount } = await client.query("INSERT INTO processed_events (id) VALUES ($1) ON CONFLICT DO NOTHING", [event.id])\nif (rowCount === 0) return res.sendStatus(200)',
    },
  },
  sources: [
    'https://docs.stripe.com/api/idempotent_requests',
    'https://docs.stripe.com/webhooks#handle-duplicate-events',
  ],
  limits:
    'Stripe only. Its client repeats failed calls with a key of its own; this is about the request that comes twice.',
  *find(codebase) {
    yield* payments(codebase)
    yield* webhooks(codebase)
  },
}

function* payments(codebase: Codebase): Iterable<Match> {
  for (const { call, file } of codebase.index.methods('create')) {
    const path = pathOf(call.callee)
    const name = codebase.meanings.nameOf(call.callee, file)
    if (!paying.test(name) && !paying.test(path)) continue
    if (/paymentIntents/.test(path) && !movesMoney(call, file, codebase)) continue
    if (hasKey(call, file, codebase)) continue
    yield {
      file,
      node: call,
      message: `\`${path}\` has no \`idempotencyKey\`: the same order sent twice moves the money twice.`,
    }
  }
}

/** An intent that is only made waits for the caller; one that is confirmed takes the money. */
function movesMoney(call: CallNode, file: SourceFile, codebase: Codebase): boolean {
  const options = call.arguments[0] && objectOf(call.arguments[0], file, codebase.meanings)?.node
  return (
    literalText(propertyOf(options, 'confirm')) === 'true' || literalText(propertyOf(options, 'off_session')) === 'true'
  )
}

function hasKey(call: CallNode, file: SourceFile, codebase: Codebase): boolean {
  const second = call.arguments[1]
  if (!second) return false
  const options = objectOf(second, file, codebase.meanings)?.node
  return !options || hasSpread(options) || propertyOf(options, 'idempotencyKey') !== undefined
}

/** A handler of events that inserts rows and never looks at the id of the event. */
function* webhooks(codebase: Codebase): Iterable<Match> {
  for (const { call, file } of codebase.index.methods('constructEvent', 'constructEventAsync')) {
    const around = functionAround(call)
    if (!around || !/webhooks\.constructEvent/.test(pathOf(call.callee))) continue
    const inserts = codebase.queries.find(
      (query) =>
        query.file === file &&
        query.kind === 'insert' &&
        query.method !== 'upsert' &&
        query.method !== 'save' &&
        contains(around, query.call),
    )
    if (!inserts || knowsEvent(around, file)) continue
    yield {
      file,
      node: inserts.call,
      message: 'This event may come more than once, and each time a row is added: its id is not looked at.',
    }
  }
}

function knowsEvent(around: Node, file: SourceFile): boolean {
  return /\bevent\??\.id\b|event_?id|processed|idempot|onConflict|ON CONFLICT|findOrCreate|unique/i.test(
    file.text.slice(around.start, around.end),
  )
}
