import type { Words } from '../../rule.ts'

/** A class of NestJS that names fields, behind a pipe that lets others pass. */
export const wholeClass: Words = {
  fix: {
    say: 'Let the pipe drop what the class does not name, and see first that each class names all its fields with decorators.',
    code: { any: 'app.useGlobalPipes(new ValidationPipe({ whitelist: true }))' },
  },
}

/** A schema of Fastify that names fields and lets others pass. */
export const wholeSchema: Words = {
  fix: {
    say: 'Let the schema say that there are no other fields: Fastify then drops what it does not name.',
    code: {
      any: "const body = {\n  type: 'object',\n  additionalProperties: false,\n  properties: { name: { type: 'string', maxLength: 100 } },\n}",
    },
  },
}

/** A role or a balance that comes with the request. */
export const right: Words = {
  why: 'Whoever writes the request writes this field too: a role, a balance or a state is for the server to give.',
  fix: {
    say: 'Leave the field out of what is taken from the request; the server sets it.',
    code: {
      Mongoose: "const { name, email } = req.body\nawait User.create({ name, email, passwordHash, role: 'user' })",
      Prisma:
        "const { name, email } = req.body\nawait prisma.user.create({ data: { name, email, passwordHash, role: 'user' } })",
      any: "const { name, email } = req.body\nawait createUser({ name, email, passwordHash, role: 'user' })",
    },
  },
}

/** Whose row it is, from the request. */
export const owner: Words = {
  title: 'The caller says whose it is',
  why: 'Whoever is signed in can write in the name of somebody else: the request says any id.',
  effects: { safety: 'Rows are made for, or moved to, other accounts.' },
  fix: {
    say: 'Take the owner from who is signed in.',
    code: {
      Mongoose: 'await Order.create({ items, user: req.user.id })',
      Prisma: 'await prisma.order.create({ data: { items, userId: req.user.id } })',
      any: 'await createOrder({ items, userId: req.user.id })',
    },
  },
}
