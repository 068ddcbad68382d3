import type { Rule } from '../rule.ts'

export const godFile: Rule = {
  id: 'god-file',
  category: 'god-file',
  severity: 'info',
  confidence: 'medium',
  title: 'One file does the work of many',
  why: 'Everyone changes it, everything depends on it, and nobody holds it in mind.',
  effects: { maintenance: 'Conflicts, and changes with effects far away.' },
  fix: {
    say: 'Split it by what changes together.',
    code: { any: 'routes/users.js, routes/orders.js, routes/payments.js' },
  },
  sources: ['https://cwe.mitre.org/data/definitions/1080.html'],
  *find(codebase) {
    for (const file of codebase.production) {
      const lines = file.lineStarts.length
      const routes =
        lines > 600
          ? codebase.web.routes.filter((route) => route.file === file && route.handler?.file === file).length
          : 0
      const fanIn = codebase.modules.importersOf.get(file.path)?.length ?? 0
      if (lines > 1500 && file.functions.length > 60)
        yield {
          file,
          message: `${lines} lines, ${file.functions.length} functions${fanIn > 20 ? `, imported by ${fanIn} files` : ''}.`,
        }
      else if (routes > 20 && lines > 600)
        yield { file, message: `${routes} routes with their handlers in ${lines} lines.` }
    }
  },
}
