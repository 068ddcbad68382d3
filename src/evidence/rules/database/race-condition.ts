import { inWords } from '../matches.ts'
import type { Rule } from '../rule.ts'
import { addedAfterLook } from './race-condition/added-after-look.ts'
import { addedTwice } from './race-condition/added-twice.ts'
import { answeredEarly } from './race-condition/answered-early.ts'
import { changedAndSaved } from './race-condition/changed-and-saved.ts'
import { checkedFirst } from './race-condition/checked-first.ts'
import { countedWithoutEnd } from './race-condition/counted-without-end.ts'
import { nextNumber } from './race-condition/next-number.ts'
import { rowWrittenBack } from './race-condition/row-written-back.ts'
import { spentUnchecked } from './race-condition/spent-unchecked.ts'
import { writtenBack } from './race-condition/written-back.ts'
import * as words from './race-condition/words.ts'

export const raceCondition: Rule = {
  id: 'race-condition',
  category: 'race-condition',
  severity: 'medium',
  confidence: 'low',
  title: 'What is read may have changed before it is written',
  why: 'Two requests read the same number, both change it, and one change is lost.',
  effects: { safety: 'Balances, stocks and counters drift.' },
  fix: {
    say: 'Change it in one statement, or inside a transaction that locks the row.',
    code: {
      Prisma:
        'await prisma.account.update({ where: { id, balance: { gte: amount } }, data: { balance: { decrement: amount } } })',
      TypeORM:
        "await accounts.createQueryBuilder().update().set({ balance: () => 'balance - :amount' }).where('id = :id AND balance >= :amount', { id, amount }).execute()",
      Sequelize: 'await Account.decrement({ balance: amount }, { where: { id, balance: { [Op.gte]: amount } } })',
      SQL: 'UPDATE accounts SET balance = balance - :amount WHERE id = :id AND balance >= :amount',
      any: 'await Account.updateOne({ _id: id, balance: { $gte: amount } }, { $inc: { balance: -amount } })',
    },
  },
  sources: ['https://cwe.mitre.org/data/definitions/362.html'],
  *find(codebase) {
    yield* changedAndSaved(codebase)
    yield* writtenBack(codebase)
    yield* inWords(words.addedAgain, addedTwice(codebase))
    yield* inWords(words.madeTwice, checkedFirst(codebase))
    yield* addedAfterLook(codebase)
    yield* spentUnchecked(codebase)
    yield* nextNumber(codebase)
    yield* rowWrittenBack(codebase)
    yield* inWords(words.countedWithoutEnd, countedWithoutEnd(codebase))
    yield* inWords(words.answeredEarly, answeredEarly(codebase))
  },
}
