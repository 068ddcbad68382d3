import type { Codebase } from '../../codebase.ts'
import type { Use } from '../../facts/middleware.ts'
import type { Node } from '../../parse/ast.ts'
import type { SourceFile } from '../../parse/source-file.ts'
import type { Rule } from '../rule.ts'

export const formParserMisplaced: Rule = {
  id: 'form-parser-misplaced',
  category: 'resource-exhaustion',
  severity: 'low',
  confidence: 'medium',
  title: 'A parser stands where it does not help',
  why: 'Middleware runs in the order it is written: after the routes it never sees their requests, and it parses those that nobody answers.',
  effects: { memory: 'Bodies of unknown routes are parsed.', maintenance: 'The code reads as if bodies were limited.' },
  fix: {
    say: 'Put parsers before the routes that need them.',
    code: { Express: "app.use(express.json({ limit: '100kb' }))\napp.use('/api', routes)" },
  },
  sources: ['https://expressjs.com/en/guide/using-middleware.html'],
  *find(codebase) {
    for (const use of codebase.web.uses) {
      const parser = use.steps.find(({ name }) => parsers.test(name))
      if (parser && use.path === undefined && standsAfterRoutes(use, codebase))
        yield { file: use.file, node: use.node, message: `\`${parser.name}\` is added after the routes.` }
    }
  },
}

const parsers = /^(express\.(json|urlencoded)|body-parser(\.\w+)?|express-formidable|express-fileupload)\(\)$/

function standsAfterRoutes(use: Use, { web }: Codebase): boolean {
  const isLater = (other: { file: SourceFile; node: Node }) =>
    other.file === use.file && other.node.start > use.node.start
  const routes = web.routes.filter((route) => route.app === use.app)
  if (routes.length === 0 || routes.some(isLater)) return false
  const routers = web.uses.filter((other) => other.steps.some((step) => /router|routes/i.test(step.name)))
  return !routers.some((other) => other.app === use.app && isLater(other)) && registersEarlier(use.file, use.node.start)
}

function registersEarlier(file: SourceFile, at: number): boolean {
  return /\b\w*[rR]out(es|er)\w*\(\s*app|app\.use\([^)]*[rR]out|\.(get|post)\(\s*['"]\//.test(file.text.slice(0, at))
}
