import type { Codebase } from '../../../codebase.ts'
import { keyOf, type Node } from '../../../parse/ast.ts'
import { lookUp } from '../../../parse/scopes.ts'
import type { SourceFile } from '../../../parse/source-file.ts'
import type { Match } from '../../rule.ts'

const proofs = /^crypto\.(createHmac\(\)(\.update\(\))*\.digest|pbkdf2Sync|scryptSync)\(\)(\.toString\(\))?$/

/** A signature or hash that is computed and compared with `===`. */
export function* timedComparisons(codebase: Codebase): Iterable<Match> {
  const isProof = (node: Node, file: SourceFile) =>
    partsOf(node, file).some((part) => proofs.test(codebase.meanings.nameOf(part, file))) ||
    isGivenBack(node, file, codebase)
  const makers = codebase.index.named(/^crypto\.(createHmac|(pbkdf2|scrypt)(Sync)?)$/)
  for (const file of new Set(makers.map((maker) => maker.file))) {
    for (const node of file.binaries) {
      if (/^[!=]==?$/.test(node.operator) && (isProof(node.left, file) || isProof(node.right, file)))
        yield {
          file,
          node,
          severity: 'low',
          message:
            'A computed signature or hash is compared with `===`, and the time that takes tells how much of it was right.',
        }
    }
  }
}

/** What a slow hash hands to its callback, as bytes or as their text. */
function isGivenBack(node: Node, file: SourceFile, { meanings }: Codebase): boolean {
  const bytes =
    node.type === 'CallExpression' && node.callee.type === 'MemberExpression' && keyOf(node.callee) === 'toString'
      ? node.callee.object
      : node
  const parameter = bytes.type === 'Identifier' ? lookUp(file.scopes, bytes, bytes.name)?.parameter : undefined
  const call = parameter?.index === 1 ? parameter.of.parent : undefined
  return call?.type === 'CallExpression' && /^crypto\.(pbkdf2|scrypt)$/.test(meanings.nameOf(call.callee, file))
}

/** What a text is made of: `sha256=${digest}`, here or where it got its name. */
function partsOf(node: Node, file: SourceFile): readonly Node[] {
  const binding = node.type === 'Identifier' ? lookUp(file.scopes, node, node.name) : undefined
  const made = binding?.init && binding.writes.length === 0 ? binding.init : node
  if (made.type === 'TemplateLiteral') return made.expressions
  return made.type === 'BinaryExpression' && made.operator === '+' ? [made.left, made.right] : [node]
}
