import type { Rule } from '../rule.ts'
import { chosenAccounts } from './idor/chosen-accounts.ts'
import { ownersInAddresses } from './idor/owners-in-addresses.ts'
import { ownersInSql } from './idor/owners-in-sql.ts'
import { socketRecords } from './idor/socket-records.ts'
import { unownedRecords } from './idor/unowned-records.ts'

export const idor: Rule = {
  id: 'idor',
  category: 'idor',
  severity: 'high',
  confidence: 'low',
  title: 'Whose data it is comes from the request',
  why: 'A signed-in user who writes another number reads or changes what belongs to someone else.',
  effects: { safety: 'Every account is open to every other one.' },
  fix: {
    say: 'Take the owner from the session, or make it part of the filter.',
    code: {
      Mongoose: 'const order = await Order.findOne({ _id: req.params.id, user: req.user.id })',
      Prisma: 'const order = await prisma.order.findFirst({ where: { id: req.params.id, userId: req.user.id } })',
      TypeORM: 'const order = await orders.findOneBy({ id: req.params.id, userId: req.user.id })',
      Express: 'const order = await Order.findOne({ where: { id: req.params.id, userId: req.user.id } })',
    },
  },
  sources: [
    'https://cheatsheetseries.owasp.org/cheatsheets/Insecure_Direct_Object_Reference_Prevention_Cheat_Sheet.html',
  ],
  limits:
    'Whether the data is private cannot be read from code; this names routes where an owner’s id comes from the request and nothing compares it with the caller.',
  *find(codebase) {
    yield* ownersInAddresses(codebase)
    yield* unownedRecords(codebase)
    yield* ownersInSql(codebase)
    yield* chosenAccounts(codebase)
    yield* socketRecords(codebase)
  },
}
