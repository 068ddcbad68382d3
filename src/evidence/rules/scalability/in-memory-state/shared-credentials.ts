import type { Codebase } from '../../../codebase.ts'
import { functionAround, pathOf, type Node } from '../../../parse/ast.ts'
import { lookUp } from '../../../parse/scopes.ts'
import type { SourceFile } from '../../../parse/source-file.ts'
import { inOne } from '../../matches.ts'
import { requestOf } from '../../places.ts'
import type { Match, Words } from '../../rule.ts'

/** `client.setCredentials(session.tokens)` on a client that all requests share: one user's calls go out with the tokens of another. */
export function* sharedCredentials(codebase: Codebase): Iterable<Match> {
  const found = codebase.index.methods('setCredentials').flatMap(({ call, file }): Match[] => {
    const [tokens] = call.arguments
    if (call.callee.type !== 'MemberExpression' || !tokens || !requestOf(codebase, call)) return []
    const client = codebase.identities.of(call.callee.object, file)
    if (client.type !== 'NewExpression' || functionAround(client) || !/OAuth2/.test(pathOf(client.callee))) return []
    const message = `\`${pathOf(call.callee.object)}\` is one for all requests, and gets the tokens of whoever asks.`
    const given = textWith(tokens, file)
    // Whoever signs in next takes the place of who did before.
    const severity = ofCaller.test(given) ? 'high' : /\.getToken\(/.test(given) ? 'medium' : undefined
    return severity ? [{ file, node: call, severity, confidence: 'high', words: ofAnother, message }] : []
  })
  for (const ofFile of Map.groupBy(found, ({ file }) => file.path).values())
    yield* inOne(ofFile.toSorted((one, other) => Number(other.severity === 'high') - Number(one.severity === 'high')))
}

const ofCaller =
  /\b(req|request|ctx|c)\b[\w.?!]*\.(session|user|auth|cookies|headers|state)\b|\b(user|account|session|member)\??\.\w*token/i

/** What is handed over, with what its name was made of. */
function textWith(node: Node, file: SourceFile): string {
  const own = file.text.slice(node.start, node.end)
  const init = node.type === 'Identifier' ? lookUp(file.scopes, node, node.name)?.init : undefined
  return init ? `${own} ${file.text.slice(init.start, init.end)}` : own
}

const ofAnother: Words = {
  title: 'Requests share a client that carries the tokens of one user',
  why: 'Between `setCredentials` and the call that follows it other requests run, and set their own: the call goes out in the name of somebody else.',
  effects: { safety: 'Users see and change data of other users at the service the tokens are for.' },
  fix: {
    say: 'Make a client for each request.',
    code: {
      any: "const client = new google.auth.OAuth2(clientId, clientSecret, redirectUri)\nclient.setCredentials(req.session.tokens)\nconst drive = google.drive({ version: 'v3', auth: client })",
    },
  },
}
