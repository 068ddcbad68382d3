import { pathOf, unwrap, type Node } from '../../parse/ast.ts'
import { lookUp } from '../../parse/scopes.ts'
import type { SourceFile } from '../../parse/source-file.ts'

const deepest = 5

/** Whether a path is put together from what the code and its settings say: the same file of the project each time. */
export function isFixedPath(path: Node, file: SourceFile, depth = 0): boolean {
  const inner = unwrap(path)
  const isFixed = (node: Node | null) => node !== null && isFixedPath(node, file, depth + 1)
  if (depth > deepest) return false
  switch (inner.type) {
    case 'Literal':
      return true
    case 'TemplateLiteral':
      return inner.expressions.every(isFixed)
    case 'BinaryExpression':
      return isFixed(inner.left) && isFixed(inner.right)
    case 'MemberExpression':
      return /^(import\.meta|process\.env|env|config|settings)\b/.test(pathOf(inner))
    case 'Identifier': {
      if (/^__(dir|file)name$/.test(inner.name)) return true
      const binding = lookUp(file.scopes, inner, inner.name)
      return (
        binding?.init !== undefined && binding.path.length === 0 && binding.writes.length === 0 && isFixed(binding.init)
      )
    }
    case 'NewExpression':
    case 'CallExpression':
      return (
        /^(path\.(join|resolve|dirname)|join|resolve|dirname|process\.cwd|cwd|URL|fileURLToPath)$/.test(
          pathOf(inner.callee),
        ) && inner.arguments.every(isFixed)
      )
    default:
      return false
  }
}
