import type { Codebase } from '../../codebase.ts'
import type { FoundCall } from '../../facts/call-index.ts'
import { ancestor, contains, functionAround, pathOf, type CallNode, type FunctionNode } from '../../parse/ast.ts'
import type { SourceFile } from '../../parse/source-file.ts'
import type { Rule } from '../rule.ts'

export const browserLeftOpen: Rule = {
  id: 'browser-left-open',
  category: 'resource-exhaustion',
  severity: 'medium',
  confidence: 'high',
  title: 'A failure leaves a browser running',
  why: 'Chrome is a group of processes of its own, and nothing ends it but `close()`. Each page that does not load in time, and each template that fails, leaves one more behind until the machine has no memory left.',
  effects: { memory: 'Some hundred megabytes for each failure, until the service restarts.' },
  fix: {
    say: 'Close it in `finally`; better still, keep one browser and close the page alone.',
    code: {
      any: "const browser = await puppeteer.launch()\ntry {\n  const page = await browser.newPage()\n  await page.setContent(html, { waitUntil: 'domcontentloaded' })\n  return await page.pdf({ format: 'A4' })\n} finally {\n  await browser.close()\n}",
    },
  },
  sources: ['https://pptr.dev/guides/browser-management'],
  *find(codebase) {
    for (const { call, file } of codebase.index.named(launches)) {
      const name = heldAs(call)
      const around = functionAround(call)
      if (name === undefined || !around || !opensPages(name, around, file)) continue
      const closed = closesOf(name, around, file, codebase)
      if (closed.length === 0 || closed.some(({ call: close }) => comesAnyway(close))) continue
      yield { file, node: call, message: `\`${name}\` is closed only where every step before succeeds.` }
    }
  },
}

const launches =
  /^(puppeteer(-core|-extra)?(\.(default|puppeteer))?|playwright(-core|-chromium)?\.(chromium|firefox|webkit))\.launch$/

/** The name of a variable that the browser is put into. */
function heldAs(call: CallNode): string | undefined {
  const held = call.parent?.type === 'AwaitExpression' ? call.parent.parent : undefined
  if (held?.type === 'VariableDeclarator' && held.id.type === 'Identifier' && !isDisposed(held.parent))
    return held.id.name
  return held?.type === 'AssignmentExpression' && held.left.type === 'Identifier' ? held.left.name : undefined
}

function isDisposed(node: CallNode['parent']): boolean {
  return node?.type === 'VariableDeclaration' && /using/.test(node.kind)
}

function opensPages(name: string, { start, end }: FunctionNode, { text }: SourceFile): boolean {
  return new RegExp(`\\b${name}\\.(newPage|newContext)\\(`).test(text.slice(start, end))
}

function closesOf(name: string, around: FunctionNode, file: SourceFile, { index }: Codebase): FoundCall[] {
  return index
    .methods('close')
    .filter(
      (found) => found.file === file && contains(around, found.call) && pathOf(found.call.callee) === `${name}.close`,
    )
}

/** In a `finally`, or where the failure is caught. */
function comesAnyway(close: CallNode): boolean {
  return (
    ancestor(
      close,
      (node) =>
        node.type === 'CatchClause' ||
        (node.type === 'TryStatement' && Boolean(node.finalizer && contains(node.finalizer, close))) ||
        (node.type === 'CallExpression' && /\.(finally|catch)$/.test(pathOf(node.callee))),
    ) !== undefined
  )
}
