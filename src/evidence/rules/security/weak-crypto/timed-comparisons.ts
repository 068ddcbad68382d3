import type { Codebase } from '../../../codebase.ts'
import type { Node } from '../../../parse/ast.ts'
import type { SourceFile } from '../../../parse/source-file.ts'
import type { Match } from '../../rule.ts'

const proofs = /^crypto\.(createHmac\(\)(\.update\(\))*\.digest|pbkdf2Sync|scryptSync)\(\)(\.toString\(\))?$/

/** A signature or hash that is computed and compared with `===`. */
export function* timedComparisons(codebase: Codebase): Iterable<Match> {
  const isProof = (node: Node, file: SourceFile) => proofs.test(codebase.meanings.nameOf(node, file))
  const makers = codebase.index.named(/^crypto\.(createHmac|pbkdf2Sync|scryptSync)$/)
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
