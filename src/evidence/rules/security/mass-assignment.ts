import { functionAround, pathOf } from '../../parse/ast.ts'
import { inOne } from '../matches.ts'
import type { Match, Rule } from '../rule.ts'
import { copiedFields } from './mass-assignment/copied-fields.ts'
import { ownerFromBody } from './mass-assignment/owner-from-body.ts'
import { privilegedFields } from './mass-assignment/privileged-fields.ts'
import { wholeBodies } from './mass-assignment/whole-bodies.ts'

export const massAssignment: Rule = {
  id: 'mass-assignment',
  category: 'mass-assignment',
  severity: 'high',
  confidence: 'high',
  title: 'The caller sets fields that are not the caller’s to set',
  why: 'A body that goes into the database whole also sets `role`, `balance` or `ownerId`.',
  effects: { safety: 'Users make themselves administrators.' },
  fix: {
    say: 'Name the fields that may be changed.',
    code: {
      Express:
        "const input = profileSchema.safeParse(req.body)\nif (!input.success) return res.status(400).json({ error: 'invalid body' })\nconst { name, address } = input.data\nawait user.update({ name, address })",
      any: 'const { name, address } = profileSchema.parse(body)\nawait user.update({ name, address })',
    },
  },
  sources: ['https://cheatsheetseries.owasp.org/cheatsheets/Mass_Assignment_Cheat_Sheet.html'],
  *find(codebase) {
    for (const alike of Map.groupBy(wholeBodies(codebase), takerOf).values()) yield* inOne(alike)
    yield* copiedFields(codebase)
    yield* privilegedFields(codebase)
    yield* ownerFromBody(codebase)
  },
}

/** A function that makes the same record in two branches is told once. */
function takerOf({ file, node, severity, line }: Match): string {
  const isCall = node?.type === 'CallExpression' || node?.type === 'NewExpression'
  const around = node && functionAround(node)
  const place = isCall && around ? `${around.start} ${pathOf(node.callee)}` : (node?.start ?? line ?? 0)
  return `${file.path} ${place} ${severity}`
}
