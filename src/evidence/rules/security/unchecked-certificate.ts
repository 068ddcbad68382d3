import type { Codebase } from '../../codebase.ts'
import { homeOf } from '../../facts/project.ts'
import { ancestor, keyOf, literalText, pathOf, propertyOf, type Node } from '../../parse/ast.ts'
import { goingBy, propertiesOf } from '../../parse/by-name.ts'
import { atOnce } from '../../parse/once.ts'
import type { SourceFile } from '../../parse/source-file.ts'
import { inOne } from '../matches.ts'
import { inDevelopment } from '../places.ts'
import type { Match, Rule, Words } from '../rule.ts'

export const uncheckedCertificate: Rule = {
  id: 'unchecked-certificate',
  category: 'insecure-transport',
  severity: 'medium',
  confidence: 'high',
  title: 'A connection takes any certificate',
  why: 'Without the check, TLS hides the data from nobody who can put a server of their own in between.',
  effects: {
    safety: 'Whoever is on the way reads what is sent, keys and passwords included, and answers in its place.',
  },
  fix: {
    say: 'Leave the check on; name the authority of a certificate of your own.',
    code: {
      any: "import { readFileSync } from 'node:fs'\nconst agent = new https.Agent({ ca: readFileSync('internal-ca.pem') })",
    },
  },
  sources: ['https://nodejs.org/api/tls.html#tlsconnectoptions-callback'],
  *find(codebase) {
    for (const file of codebase.production) {
      for (const node of switchedOff(file)) {
        const message = 'No connection of this process checks certificates any more.'
        if (!inDevelopment(node, file))
          yield { file, node, severity: callsOthers(file, codebase) ? 'high' : 'medium', message }
      }
      const unchecked = optionsIn(file)
        .filter((node) => !inDevelopment(node, file) && !isAskedFor(node, file))
        .map((node) => notChecked(node, file))
      const isMild = ({ severity }: Match) => Number(severity === 'low')
      yield* inOne(unchecked.toSorted((one, other) => isMild(one) - isMild(other)))
    }
  },
}

/** Code of the same package calls other services. */
function callsOthers({ path }: SourceFile, { asyncWork, project }: Codebase): boolean {
  const home = homeOf(path, project)
  return asyncWork.outgoing.some(({ file }) => file.path.startsWith(home))
}

function notChecked(node: Node, file: SourceFile): Match {
  const message = 'The certificate of the other side is not checked.'
  // Databases mostly stand in the same network.
  return { file, node, message, ...(isOfDatabase(node, file) ? { severity: 'low', words: ofDatabase } : {}) }
}

const ofDatabase: Words = {
  fix: {
    say: 'Name the authority that signed the certificate of the database.',
    code: { any: "ssl: { ca: readFileSync('database-ca.pem', 'utf8') }" },
  },
}

/** A server that asks for certificates of its clients may look at them itself. */
const optionsIn = atOnce((file: SourceFile) =>
  goingBy(propertiesOf(file), ['rejectUnauthorized', 'strictSSL']).filter(
    ({ value, parent }) => literalText(value) === 'false' && !propertyOf(parent, 'requestCert'),
  ),
)

const switchedOff = atOnce((file: SourceFile) =>
  file.assignments.filter(
    ({ left, right }) => pathOf(left) === 'process.env.NODE_TLS_REJECT_UNAUTHORIZED' && literalText(right) === '0',
  ),
)

/** `ssl: { rejectUnauthorized: false }`, as clients of databases name it. */
function isOfDatabase(node: Node, { path }: SourceFile): boolean {
  const holder = ancestor(node, (at) => at.type === 'Property' && /^ssl$|^dialectOptions$|redis/i.test(keyOf(at) ?? ''))
  return holder !== undefined || /postgres|redis|database|(^|\/)(db|cache|queue|orm)/i.test(path)
}

/** Whoever sets the program up chose it: `allowSelfSigned ? { rejectUnauthorized: false } : undefined`. */
function isAskedFor(node: Node, { text }: SourceFile): boolean {
  const chosen = ancestor(node, (at) => {
    const head = headOf(at)
    return (
      head !== undefined &&
      /self_?signed|insecure|verify|reject|skip|ignore|allow/i.test(text.slice(head.start, head.end))
    )
  })
  return chosen !== undefined
}

/** What decides whether a node's inside runs, or the name it gets. */
function headOf(node: Node): Node | undefined {
  switch (node.type) {
    case 'ConditionalExpression':
    case 'IfStatement':
    case 'SwitchCase':
      return node.test ?? undefined
    case 'AssignmentExpression':
      return node.left
    case 'VariableDeclarator':
      return node.id
    default:
      return undefined
  }
}
