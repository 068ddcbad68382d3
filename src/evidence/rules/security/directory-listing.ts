import { literalText } from '../../parse/ast.ts'
import { textOf } from '../places.ts'
import type { Rule } from '../rule.ts'

export const directoryListing: Rule = {
  id: 'directory-listing',
  category: 'directory-listing',
  severity: 'medium',
  confidence: 'high',
  title: 'Files are offered that were not meant to be',
  why: 'A listing shows backups and keys; serving the project folder shows the source and `.env`.',
  effects: { safety: 'Anything in the folder can be fetched.' },
  fix: {
    say: 'Serve one folder made for it.',
    code: { Express: "app.use('/static', express.static('public', { dotfiles: 'ignore' }))" },
  },
  sources: ['https://expressjs.com/en/starter/static-files.html'],
  *find(codebase) {
    for (const { call, file } of codebase.index.named(/^serve-index$/))
      yield { file, node: call, message: 'Visitors see the list of files in this folder.' }
    for (const { call, file } of codebase.index.named(/^(express\.static|koa-static|serve-static|st)$/)) {
      const folder = call.arguments[0]
      const text = folder ? textOf(folder, file) : ''
      if (/^(__dirname|process\.cwd\(\)|import\.meta\.dirname)$/.test(text) || /^['"](\.|\.\/|\/)['"]$/.test(text))
        yield {
          file,
          node: call,
          severity: 'high',
          message: 'The whole project folder is served, source and settings included.',
        }
      if (/dotfiles\s*:\s*['"]allow/.test(textOf(call, file, 200)))
        yield { file, node: call, message: 'Files such as `.env` and `.git` are served.' }
      if (literalText(folder) === undefined && /node_modules/.test(text) && /st\(/.test(text))
        yield { file, node: call, message: 'Packages are served.' }
    }
    for (const { call, file } of codebase.index.methods('register')) {
      if (/list\s*:\s*true/.test(textOf(call, file, 200)) && /static/.test(textOf(call, file, 80)))
        yield { file, node: call, message: 'Visitors see the list of files in this folder.' }
    }
  },
}
