import { inWords } from '../matches.ts'
import type { Rule, Words } from '../rule.ts'
import { hashedAgain } from './model-mistakes/hashed-again.ts'
import { moneyInFloats } from './model-mistakes/money-in-floats.ts'
import { otherKinds } from './model-mistakes/other-kinds.ts'
import { relationMistakes } from './model-mistakes/relations.ts'
import { schemaMistakes } from './model-mistakes/schemas.ts'
import { voidOptions } from './model-mistakes/void-options.ts'

export const modelMistakes: Rule = {
  id: 'model-mistakes',
  category: 'bug',
  severity: 'medium',
  confidence: 'high',
  title: 'A model says something else than was meant',
  why: 'The library takes what is written: an option it does not know is passed over, a value is computed once, a relation joins the wrong table.',
  effects: { safety: 'Wrong or missing data, found late.' },
  fix: {
    say: 'Write it as the library reads it, or take it out.',
    code: {
      TypeORM: "@Column({ type: 'varchar', length: 100, nullable: true })\nnote: string | null",
      Sequelize: 'name: { type: DataTypes.STRING(100), allowNull: false }',
      any: 'const orders = new Schema({ name: { type: String, required: true, maxlength: 100 } }, { timestamps: true })',
    },
  },
  sources: [
    'https://mongoosejs.com/docs/guide.html#options',
    'https://mongoosejs.com/docs/defaults.html#default-functions',
    'https://typeorm.io/docs/relations/many-to-one-one-to-many-relations',
    'https://www.postgresql.org/docs/current/datatype-numeric.html#DATATYPE-FLOAT',
  ],
  *find(codebase) {
    yield* schemaMistakes(codebase)
    yield* inWords(relations, relationMistakes(codebase))
    yield* inWords(money, moneyInFloats(codebase))
    yield* otherKinds(codebase)
    yield* inWords(hashes, hashedAgain(codebase))
    yield* voidOptions(codebase)
  },
}

const relations: Words = {
  title: 'A relation joins the wrong sides',
  why: 'The library joins by what the decorator says: the other side belongs to another entity, or holds another type than the property says.',
  effects: { safety: 'What is read through the relation is missing or wrong.' },
  fix: {
    say: 'Name the field of the other side that belongs to this relation, and give the property the type of the decorator.',
    code: { any: '@ManyToOne(() => User, (user) => user.orders)\nbuyer: User' },
  },
}

const money: Words = {
  title: 'Money is kept in floating point',
  why: 'Tenths have no exact form there: 0.1 + 0.2 is 0.30000000000000004.',
  effects: { safety: 'Sums and comparisons are off by a cent.' },
  fix: {
    say: 'Keep cents as whole numbers, or a decimal type.',
    code: {
      Mongoose: 'priceInCents: { type: Number, required: true, validate: Number.isInteger }',
      Prisma: 'price Decimal @db.Decimal(12, 2)',
      TypeORM: "@Column('decimal', { precision: 12, scale: 2 })\nprice: string",
      Sequelize: 'price: { type: DataTypes.DECIMAL(12, 2), allowNull: false }',
      any: 'price NUMERIC(12, 2) NOT NULL',
    },
  },
}

const hashes: Words = {
  title: 'A hash is hashed again',
  why: 'The hook runs at every save: the next change of any field makes a hash of the hash.',
  effects: { safety: 'The account cannot sign in any more.' },
  fix: {
    say: 'Hash only where the password has changed.',
    code: {
      Mongoose:
        "schema.pre('save', async function () {\n  if (this.isModified('password')) this.password = await bcrypt.hash(this.password, 12)\n})",
      Sequelize: "if (user.changed('password')) user.password = await bcrypt.hash(user.password, 12)",
      any: 'if (changes.password) changes.password = await bcrypt.hash(changes.password, 12)',
    },
  },
}
