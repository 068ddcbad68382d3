import type { Rule } from '../rule.ts'
import { builtHtml } from './xss/built-html.ts'
import { unescapedEngines, wrongContext } from './xss/escaping.ts'
import { inResponses } from './xss/in-answers.ts'
import { inViews, reflected } from './xss/in-views.ts'
import { namesInMails } from './xss/names-in-mails.ts'

export const xss: Rule = {
  id: 'xss',
  category: 'xss',
  severity: 'high',
  confidence: 'high',
  title: 'A page prints a value as HTML',
  why: 'Text from a user or the database that is not escaped can hold `<script>` and runs in the browser of whoever opens the page.',
  effects: { safety: 'Scripts of an attacker act as the signed-in visitor.' },
  fix: {
    say: 'Let the template engine escape; where HTML is wanted, clean it first.',
    code: { any: '<p><%= user.name %></p>\n<div><%- sanitizeHtml(marked.parse(post.body)) %></div>' },
  },
  sources: ['https://cheatsheetseries.owasp.org/cheatsheets/Cross_Site_Scripting_Prevention_Cheat_Sheet.html'],
  *find(codebase) {
    yield* inViews(codebase)
    yield* inResponses(codebase)
    yield* unescapedEngines(codebase)
    yield* wrongContext(codebase)
    yield* reflected(codebase)
    const built = builtHtml(codebase)
    yield* built
    yield* namesInMails(codebase, new Set(built.map(({ node }) => node)))
  },
}
