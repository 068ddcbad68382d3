import { ancestor, keyOf, pathOf, type Node } from '../../parse/ast.ts'
import { atOnce } from '../../parse/once.ts'
import type { SourceFile } from '../../parse/source-file.ts'
import { bySentence } from '../matches.ts'
import { inDevelopment, lineOf } from '../places.ts'
import type { Match, Rule } from '../rule.ts'

export const localAddress: Rule = {
  id: 'local-address',
  category: 'bug',
  severity: 'medium',
  confidence: 'high',
  title: 'A link leads to the machine of whoever opens it',
  why: '`localhost` is the computer of the reader: a link in a mail, a redirect or the way back from a payment ends nowhere.',
  effects: { safety: 'Passwords cannot be reset and payments not finished, except on the developer’s own machine.' },
  fix: {
    say: 'Take the address of the site from the environment.',
    code: { any: 'const link = `${process.env.SITE_URL}/reset-password/${token}`' },
  },
  sources: ['https://12factor.net/config'],
  limits: 'Links in mails and pages, redirects, and addresses that are handed on to come back to.',
  *find(codebase) {
    for (const file of codebase.production) if (!forDevelopers.test(file.path)) yield* bySentence(linksIn(file))
  },
}

const linksIn = atOnce((file: SourceFile): Match[] =>
  (local.test(file.text) ? [...file.literals, ...file.templates] : []).flatMap((node) => {
    const text = file.text.slice(node.start, node.end)
    const address = local.exec(text)?.[0]
    if (address === undefined || text.includes('process.env') || !isLink(node, text)) return []
    if (isOneOfTwo(node) || inDevelopment(node, file)) return []
    const message = `\`${address}\` is the machine of whoever opens this link.`
    return [{ file, node, line: lineOf(node, file), message }]
  }),
)

const forDevelopers = /(^|\/)_?dev\//
const local = /https?:\/\/(localhost|127\.0\.0\.1)(:\d+)?/

function isLink(node: Node, text: string): boolean {
  if (text.includes('href=')) return true
  const holder = node.parent
  if (holder?.type === 'Property' && wayBack.test(keyOf(holder) ?? '')) return true
  if (holder?.type === 'VariableDeclarator')
    return (
      node.type === 'TemplateLiteral' &&
      /(link|url)$/i.test(pathOf(holder.id)) &&
      /token|reset|verif|confirm|activat/i.test(text)
    )
  return ancestor(node, (at) => at.type === 'CallExpression' && sends.test(pathOf(at.callee))) !== undefined
}

const wayBack = /^(success|cancel|return|failure|notify|back)_?urls?$|^redirect_?ur[il]$|^(success|failure)Redirect$/i
const sends = /\.redirect$|(^|\.)send\w*mail$|mail\w*\.send$/i

/** `site || 'http://localhost'`, or what one of two settings takes. */
function isOneOfTwo(node: Node): boolean {
  return ancestor(node, (at) => at.type === 'LogicalExpression' || at.type === 'ConditionalExpression') !== undefined
}
