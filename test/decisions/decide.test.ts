import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decide, draftNew, reopen, type Ruling, waitingFor } from '../../src/decisions/decide.ts'
import type { Act, Actor, Decision, DecisionStatus } from '../../src/decisions/decision.ts'
import { bodyOf, newDecision, person } from './support.ts'

const legal: Record<DecisionStatus, readonly DecisionStatus[]> = {
  draft: ['draft', 'proposed', 'withdrawn'],
  proposed: ['proposed', 'accepted', 'rejected', 'withdrawn'],
  accepted: ['accepted', 'deprecated', 'superseded'],
  rejected: ['rejected'],
  deprecated: ['deprecated'],
  superseded: ['superseded'],
  withdrawn: ['withdrawn'],
}

function settled(ruling: Ruling): Exclude<Ruling, { refused: string }> {
  if ('refused' in ruling) throw new Error(ruling.refused)
  return ruling
}

function draft(deciders: string[]): Decision {
  return settled(draftNew(newDecision('d1', bodyOf('Use Postgres', deciders)), person('UA'), 0)).next
}

function run(start: Decision, steps: [Act, Actor][]): Decision {
  return steps.reduce((decision, [act, actor]) => settled(decide(act, decision, actor, 1, 7)).next, start)
}

const propose: Act = { kind: 'propose' }
const approve: Act = { kind: 'approve' }
const reject: Act = { kind: 'reject', reason: 'too slow' }

describe('the life of a decision', () => {
  test('it is accepted when every named decider has approved, and not before', () => {
    const half = run(draft(['UB', 'UC']), [
      [propose, person('UA')],
      [approve, person('UB')],
    ])
    expect(half.status).toBe('proposed')
    expect(waitingFor(half)).toEqual(['UC'])
    expect(run(half, [[approve, person('UC')]]).status).toBe('accepted')
  })

  test('nobody waits for named people who are deactivated, and what they said counts no more', () => {
    const ruled = run(draft(['UB', 'UC']), [
      [propose, person('UA')],
      [{ kind: 'reject', reason: 'No.' }, person('UC')],
      [approve, person('UB')],
    ])
    expect(ruled.status).toBe('proposed')
    expect(run(ruled, [[{ kind: 'approve', gone: ['UC'] }, person('UB')]]).status).toBe('accepted')
  })

  test('one no among several keeps it proposed until that person approves', () => {
    const blocked = run(draft(['UB', 'UC']), [
      [propose, person('UA')],
      [reject, person('UB')],
      [approve, person('UC')],
    ])
    expect(blocked.status).toBe('proposed')
    expect(run(blocked, [[approve, person('UB')]]).status).toBe('accepted')
  })

  test('it is rejected with the reason when the only decider says no', () => {
    const rejected = run(draft(['UB']), [
      [propose, person('UA')],
      [reject, person('UB')],
    ])
    expect(rejected).toMatchObject({ status: 'rejected', reason: 'too slow' })
  })

  test('an edit takes every word back', () => {
    const body = bodyOf('Use Postgres 17', ['UB', 'UC'])
    const edited = run(draft(['UB', 'UC']), [
      [propose, person('UA')],
      [approve, person('UB')],
      [{ kind: 'edit', draft: { body, checks: [], reviewBy: undefined, supersedes: [] } }, person('UA')],
    ])
    expect(waitingFor(edited)).toEqual(['UB', 'UC'])
  })

  test('a rejected decision comes back as a new draft that points at it', () => {
    const rejected = run(draft(['UB']), [
      [propose, person('UA')],
      [reject, person('UB')],
    ])
    const { next } = settled(reopen(rejected, person('UC'), 2, 'd2'))
    expect(next).toMatchObject({ id: 'd2', status: 'draft', reopens: 'd1', number: undefined, votes: [] })
  })

  const refused: [string, Decision, Act, Actor][] = [
    ['proposing without a named decider', draft([]), propose, person('UA')],
    ['proposing with a decider who is only a name', draft(['Ada']), propose, person('UA')],
    ['approving by somebody who is not named', run(draft(['UB']), [[propose, person('UA')]]), approve, person('UA')],
    [
      'approving by an admin who is not named',
      run(draft(['UB']), [[propose, person('UA')]]),
      approve,
      person('UX', true),
    ],
    [
      'rejecting without a reason',
      run(draft(['UB']), [[propose, person('UA')]]),
      { ...reject, reason: ' ' },
      person('UB'),
    ],
    ['editing by a bystander', draft(['UB']), { kind: 'edit', draft: draft(['UB']) }, person('UX')],
  ]
  test.each(refused)('%s is refused with a sentence', (_name, decision, act, actor) => {
    expect(decide(act, decision, actor, 1, 7)).toEqual({ refused: expect.stringMatching(/\.$/) })
  })

  test('editing an accepted decision is refused and says what to do instead', () => {
    const accepted = run(draft(['UB']), [
      [propose, person('UA')],
      [approve, person('UB')],
    ])
    const edit: Act = { kind: 'edit', draft: accepted }
    expect(decide(edit, accepted, person('UA'), 2, 8)).toEqual({ refused: expect.stringContaining('supersedes') })
  })
})

const people = ['UA', 'UB', 'UC', 'UX']
const anyActor = fc.record({
  userId: fc.constantFrom(...people),
  isAdmin: fc.boolean(),
  origin: fc.constantFrom('button' as const, 'command' as const, 'reaction' as const),
})
const anyDraft = fc
  .record({ title: fc.constantFrom('', 'A', 'B'), deciders: fc.subarray(people, { maxLength: 2 }) })
  .map(({ title, deciders }) => ({ body: bodyOf(title, deciders), checks: [], reviewBy: undefined, supersedes: [] }))
const anyReason = fc.constantFrom('', ' ', 'because')
const anyStatus = fc.constantFrom<DecisionStatus>('draft', 'proposed', 'accepted', 'rejected')
const anyAct: fc.Arbitrary<Act> = fc.oneof(
  { weight: 6, arbitrary: fc.constant(propose) },
  { weight: 12, arbitrary: fc.constant(approve) },
  { weight: 2, arbitrary: anyReason.map((reason): Act => ({ kind: 'reject', reason })) },
  anyDraft.map((given): Act => ({ kind: 'edit', draft: given })),
  anyReason.map((reason): Act => ({ kind: 'withdraw', reason })),
  anyReason.map((text): Act => ({ kind: 'amend', text })),
  fc.option(fc.nat(9), { nil: undefined }).map((reviewBy): Act => ({ kind: 'review', reviewBy })),
  fc.constant<Act>({ kind: 'set-checks', checks: ['dependency pg present'] }),
  anyReason.map((reason): Act => ({ kind: 'deprecate', reason })),
  anyStatus.map((status): Act => ({ kind: 'supersede', by: { id: 'd9', number: 9, status } })),
  fc.constant<Act>({ kind: 'widen' }),
)

/** What is wrong with a step, each in a few words; nothing for a step that may be. */
function faultsOf(before: Decision, { next, events }: Exclude<Ruling, { refused: string }>): string[] {
  const kinds: string[] = events.map(({ kind }) => kind)
  const { deciders } = next.body
  const approved = next.votes.filter(({ approves }) => approves).map(({ userId }) => userId)
  const open = before.status === 'draft' || before.status === 'proposed'
  const faults: [string, boolean][] = [
    ['illegal step', !legal[before.status].includes(next.status)],
    ['no audit line', events.length === 0],
    ['version', next.version !== before.version + 1],
    ['a decided body changed', !open && next.body !== before.body],
    ['a step without its line', next.status !== before.status && !kinds.includes(next.status)],
    ['accepted by nobody', kinds.includes('accepted') && deciders.length === 0],
    ['accepted without a word', kinds.includes('accepted') && !deciders.every((decider) => approved.includes(decider))],
    ['no reason', ['rejected', 'deprecated'].includes(next.status) && !next.reason?.trim()],
    ['an amendment was lost', before.amendments.some((note, index) => next.amendments[index] !== note)],
    ['another number', before.number !== undefined && next.number !== before.number],
  ]
  return faults.filter(([, wrong]) => wrong).map(([name]) => name)
}

test('no sequence of acts by anybody takes an illegal step, changes an accepted body or leaves no line', () => {
  const anySteps = fc.array(fc.tuple(anyAct, anyActor), { minLength: 20, maxLength: 60 })
  const reached = new Set<DecisionStatus>()
  fc.assert(
    fc.property(fc.subarray(people, { maxLength: 2 }), anySteps, (deciders, steps) => {
      let decision = draft(deciders)
      for (const [index, [act, actor]] of steps.entries()) {
        const ruling = decide(act, decision, actor, index + 2, 7)
        const faults = 'refused' in ruling ? [] : faultsOf(decision, ruling)
        expect(faults).toEqual([])
        decision = 'refused' in ruling ? decision : ruling.next
        reached.add(decision.status)
      }
    }),
    { numRuns: 400 },
  )
  expect([...reached].sort()).toEqual(Object.keys(legal).sort())
})
