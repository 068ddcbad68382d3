import type { Words } from '../../rule.ts'

/** A field that the model could keep back, wherever its rows go. */
export const inModel: Words = {
  fix: {
    say: 'Keep the field back in the model, and ask for it by name where it is checked.',
    code: {
      Mongoose:
        "resetToken: { type: String, select: false }\n// where it is checked: User.findOne(filter).select('+resetToken')",
      Prisma: 'const prisma = new PrismaClient({ adapter, omit: { user: { resetToken: true } } })',
      TypeORM: '@Exclude()\n@Column({ select: false })\nresetToken: string',
      Sequelize: "User.init(fields, { sequelize, defaultScope: { attributes: { exclude: ['resetToken'] } } })",
      any: 'const { resetToken, ...shown } = user\nres.json(shown)',
    },
  },
}

/** Rows that bring those of people along. */
export const joined: Words = {
  fix: {
    say: 'Name the fields of the people that come along.',
    code: {
      Mongoose: "Post.find(filter).populate('author', 'name')",
      Prisma: 'prisma.post.findMany({ include: { author: { select: { id: true, name: true } } } })',
      TypeORM: 'posts.find({ relations: { author: true }, select: { author: { id: true, name: true } } })',
      Sequelize: "Post.findAll({ include: { model: User, attributes: ['id', 'name'] } })",
      any: 'SELECT posts.*, users.name AS author FROM posts JOIN users ON users.id = posts.author_id',
    },
  },
}

const inAddress: Words = {
  title: 'A secret travels in the address',
  why: 'Addresses are written to the logs of servers and proxies, stay in histories, and are handed on in the Referer header.',
  effects: { safety: 'Whoever reads a log or a history has the secret.' },
}

/** A password that a GET or a path takes. */
export const takenFromAddress: Words = {
  ...inAddress,
  fix: {
    say: 'Take it from the body of a POST; a form that sends it needs `method="post"`.',
    code: {
      any: "router.post('/login', async (req, res) => {\n  const input = credentials.safeParse(req.body)\n  if (!input.success) return res.status(400).json({ error: 'invalid body' })\n  // …\n})",
    },
  },
}

/** A token that a redirect carries. */
export const sentInAddress: Words = {
  ...inAddress,
  fix: {
    say: 'Set a cookie, or hand over a code that is good once and for a minute.',
    code: {
      any: "res.cookie('session', token, { httpOnly: true, secure: true, sameSite: 'lax' })\nres.redirect('/done')",
    },
  },
}

/** A code that proves who owns a mailbox or a phone. */
export const proofGivenAway: Words = {
  title: 'An answer gives the proof away',
  why: 'The code proves that someone has the mailbox or the phone; whoever asks for it here needs neither.',
  effects: { safety: 'Anyone can take over an account by asking for its code.' },
  fix: {
    say: 'Send the code only where it proves something.',
    code: { any: 'await sendCode(user.email, code)\nres.json({ sent: true })' },
  },
}

/** A password in the payload of a token. */
export const inToken: Words = {
  title: 'A token shows what should stay inside',
  why: 'The payload of a token is signed, not sealed: anyone who has the token reads it.',
  effects: { safety: 'Passwords and their hashes reach browsers, logs and whoever finds a token.' },
  fix: {
    say: 'Put only the id into the token.',
    code: { any: "jwt.sign({ sub: user.id }, secret, { expiresIn: '1h' })" },
  },
}

/** Settings of the process in an answer. */
export const settings: Words = {
  why: 'The settings of a process hold the passwords and keys of everything it uses.',
  effects: { safety: 'Whoever sees the answer opens the database and the services behind.' },
  fix: { say: 'Answer with the values that are needed.', code: { any: 'res.json({ version: process.env.VERSION })' } },
}

/** Swagger and the like. */
export const description: Words = {
  title: 'The description of the interface is open to anyone',
  why: 'It lists every route with what it takes, those of administrators too.',
  effects: { safety: 'Attackers need not look for the routes.' },
  fix: {
    say: 'Serve it to those who are signed in, or outside production only.',
    code: {
      NestJS: "if (process.env.NODE_ENV !== 'production') SwaggerModule.setup('docs', app, document)",
      Express: "app.use('/docs', requireUser, swaggerUi.serve, swaggerUi.setup(description))",
    },
  },
}
