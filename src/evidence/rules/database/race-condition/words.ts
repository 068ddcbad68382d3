import type { Words } from '../../rule.ts'

/** Rows that are looked for and made when there are none. */
export const madeTwice: Words = {
  title: 'What must be there once can be made twice',
  why: 'Two requests at once both find nothing, and both make it.',
  effects: { safety: 'Two accounts with one name, or two bookings of one thing.' },
  fix: {
    say: 'Let a unique index refuse the second, and answer its error as taken.',
    code: {
      Mongoose:
        "email: { type: String, required: true, unique: true }\n// E11000: if (error.code === 11000) return res.status(409).json({ error: 'taken' })",
      Prisma:
        "email String @unique\n// P2002: if (error.code === 'P2002') return res.status(409).json({ error: 'taken' })",
      TypeORM: '@Column({ unique: true })\nemail: string',
      Sequelize: 'email: { type: DataTypes.STRING, allowNull: false, unique: true }',
      any: 'CREATE UNIQUE INDEX users_email ON users (lower(email));',
    },
  },
}

/** Values that are put into a list again and again. */
export const addedAgain: Words = {
  title: 'The same is added to a list again',
  why: 'A request that comes twice, by a second click or a second try, adds the value twice.',
  effects: { safety: 'Lists and the counts made of them are wrong.' },
  fix: {
    say: 'Add it only where it is not there yet, in the same statement.',
    code: { any: 'await Post.updateOne({ _id: id }, { $addToSet: { likes: userId } })' },
  },
}

/** Answers that are given before a write has ended. */
export const answeredEarly: Words = {
  title: 'The answer does not wait for a write',
  why: 'The caller reads on before it is written, and a failure comes after the answer has been sent.',
  effects: { safety: 'What was answered as done may never be.' },
  fix: { say: 'Answer when it is written.', code: { any: 'await saveOrder(order)\nres.json({ saved: true })' } },
}

/** Redis counters that get their end in a second step. */
export const countedWithoutEnd: Words = {
  title: 'A counter may stay for ever',
  why: 'When the process ends between the two steps, nothing ends the counter, and whoever it counts is refused for good.',
  effects: { safety: 'Callers are locked out.' },
  fix: {
    say: 'Do both in one step.',
    code: { any: "await redis.multi().incr(key).expire(key, 60, 'NX').exec()" },
  },
}
