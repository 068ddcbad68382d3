import type { Words } from '../../rule.ts'

export const fromHost: Words = {
  title: 'A link with a token leads where the request says',
  why: 'Whoever asks for the mail also writes its `Host` header: the link in the mail of somebody else then leads to a site of theirs, with the token in it.',
  effects: { safety: 'One click on a real mail gives the account away.' },
  fix: {
    say: 'Build the link from a setting.',
    code: { any: 'const link = new URL(`/reset/${token}`, process.env.PUBLIC_URL)' },
  },
}

export const forOthers: Words = {
  title: 'A token made for another application is accepted',
  fix: {
    say: 'Name the audience.',
    code: { any: 'const ticket = await google.verifyIdToken({ idToken, audience: process.env.GOOGLE_CLIENT_ID })' },
  },
}

export const twoUses: Words = {
  title: 'One kind of token is taken for another',
  fix: {
    say: 'Sign each kind with a key or a claim of its own, and ask for it where the token is verified.',
    code: {
      any: "const refresh = jwt.sign({ sub: user.id, use: 'refresh' }, process.env.REFRESH_KEY, { expiresIn: '7d' })\nconst claims = jwt.verify(refresh, process.env.REFRESH_KEY, { algorithms: ['HS256'] })\nif (claims.use !== 'refresh') throw new Error('not a refresh token')",
    },
  },
}

export const unconfirmed: Words = {
  title: 'Accounts that were not confirmed can sign in',
  fix: {
    say: 'Refuse the sign-in until the address is confirmed.',
    code: { Express: "if (!user.isVerified) return res.status(403).json({ error: 'confirm your address first' })" },
  },
}

export const endless: Words = {
  title: 'A code that opens an account never ends',
  fix: {
    say: 'Keep the time at which it ends beside it, and ask for that with it; take both away when it was used.',
    code: {
      Mongoose: 'const user = await User.findOne({ resetHash, resetEndsAt: { $gt: new Date() } })',
      Prisma: 'const user = await prisma.user.findFirst({ where: { resetHash, resetEndsAt: { gt: new Date() } } })',
      Sequelize: 'const user = await User.findOne({ where: { resetHash, resetEndsAt: { [Op.gt]: new Date() } } })',
      any: 'SELECT id FROM users WHERE reset_hash = $1 AND reset_ends_at > now()',
    },
  },
}

export const stillGood: Words = {
  title: 'Signing out does not end the session',
  fix: {
    say: 'Keep sessions where they can be ended, or end tokens soon and take their renewal away.',
    code: { any: 'await sessions.deleteOne({ id: claims.sid })' },
  },
}
