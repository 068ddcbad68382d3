import type { Words } from '../../rule.ts'

/** Accounts that the request names. */
export const ofAccounts: Words = {
  title: 'Whose account it is comes from the request',
  fix: {
    say: 'Take the account of who is signed in; where administrators may name another, ask for the role.',
    code: {
      Mongoose: 'const user = await User.findById(req.user.id)',
      Prisma: 'const user = await prisma.user.findUnique({ where: { id: req.user.id } })',
      TypeORM: 'const user = await users.findOneBy({ id: req.user.id })',
      Sequelize: 'const user = await User.findByPk(req.user.id)',
      any: "const { rows } = await pool.query('SELECT id, name FROM users WHERE id = $1', [req.user.id])",
    },
  },
}

/** Owners that the address names. */
export function inAddress(owner: string): Words {
  return {
    fix: {
      say: 'Compare it with who is signed in, before the handler where several routes have it; or take it from there.',
      code: {
        NestJS: `if (params.${owner} !== request.user.id) throw new ForbiddenException()`,
        Express: `if (req.params.${owner} !== String(req.user.id)) return res.status(403).json({ error: 'not yours' })`,
      },
    },
  }
}
