import { keyOf, literalText, propertyOf } from '../../parse/ast.ts'
import { once } from '../../parse/once.ts'
import type { SourceFile } from '../../parse/source-file.ts'
import { textOf } from '../places.ts'
import type { Rule } from '../rule.ts'

export const missingCache: Rule = {
  id: 'missing-cache',
  category: 'missing-cache',
  severity: 'low',
  confidence: 'high',
  title: 'What stays the same is made anew for each request',
  why: 'Templates are read and compiled again and again; static files are fetched again by every page.',
  effects: {
    latency: 'Disk and compiler time in each request.',
    'event loop': 'Compiling is synchronous in most engines.',
  },
  fix: {
    say: 'Switch caching off in development only.',
    code: { any: "nunjucks.configure('views', { noCache: !isProduction, watch: !isProduction })" },
  },
  sources: [
    'https://mozilla.github.io/nunjucks/api.html#configure',
    'https://expressjs.com/en/advanced/best-practice-performance.html',
  ],
  *find(codebase) {
    for (const file of codebase.production) {
      for (const property of switches(file)) {
        const name = keyOf(property)
        const off =
          (name === 'noCache' && literalText(property.value) === 'true') ||
          (name === 'cache' &&
            literalText(property.value) === 'false' &&
            /view|template|ejs|swig|engine|nunjucks/i.test(textOf(property.parent?.parent ?? property, file, 120)))
        if (off) yield { file, node: property, message: 'Templates are compiled anew in production too.' }
      }
    }
    for (const { call, file } of codebase.index.methods('set', 'disable')) {
      if (
        literalText(call.arguments[0]) === 'view cache' &&
        (literalText(call.arguments[1]) === 'false' || keyOf(call.callee) === 'disable')
      )
        yield { file, node: call, message: 'The view cache is switched off.' }
      if (
        literalText(call.arguments[0]) === 'etag' &&
        (literalText(call.arguments[1]) === 'false' || keyOf(call.callee) === 'disable')
      )
        yield { file, node: call, message: 'ETags are switched off: unchanged answers are sent again in full.' }
    }
    for (const { call, file } of codebase.index.named(/^express\.static$/)) {
      const options = call.arguments[1]
      if (options && literalText(propertyOf(options, 'etag')) === 'false')
        yield { file, node: call, message: 'Static files are sent again in full although they have not changed.' }
    }
  },
}

const switches = once((file: SourceFile) =>
  file.properties.filter((property) => /^(noCache|cache)$/.test(keyOf(property) ?? '')),
)
