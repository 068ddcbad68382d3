import type { Rule } from '../rule.ts'
import { majorOf, sourceText } from '../places.ts'

export const deserialization: Rule = {
  id: 'deserialization',
  category: 'deserialization',
  severity: 'critical',
  confidence: 'high',
  title: 'Stored text is turned back into code',
  why: 'These formats can hold functions, and reading them runs the functions.',
  effects: { safety: 'Whoever writes the text runs code on the server.' },
  fix: { say: 'Use JSON and check its shape.', code: { any: 'const order = orderSchema.parse(JSON.parse(text))' } },
  sources: [
    'https://cheatsheetseries.owasp.org/cheatsheets/Deserialization_Cheat_Sheet.html',
    'https://nvd.nist.gov/vuln/detail/CVE-2017-5941',
  ],
  *find(codebase) {
    for (const { call, file, name } of codebase.index.named(
      /^(node-serialize|serialize-to-js|funcster|cryo|v8)\.(unserialize|deserialize|deepDeserialize|parse)$/,
    )) {
      const argument = call.arguments[0]
      // An object that is written there holds the project's own functions.
      if (argument?.type === 'ObjectExpression') continue
      const trace = argument && codebase.flow.trace(argument, file)
      if (name.startsWith('v8.') && !trace) continue
      const from = trace && argument ? ` ${sourceText(trace, file, argument)}` : ' its argument'
      yield {
        file,
        node: call,
        message: `\`${name}\` reads${from} and runs functions in it.`,
        // Who else can write the text is not seen.
        ...(trace ? { steps: trace.steps } : { severity: 'medium', confidence: 'medium' }),
      }
    }
    const old = (majorOf(codebase, 'js-yaml') ?? 4) < 4
    for (const { call, file } of codebase.index.named(/^js-yaml\.(load|loadAll)$/)) {
      const trace = call.arguments[0] && codebase.flow.trace(call.arguments[0], file)
      if (old && trace)
        yield {
          file,
          node: call,
          severity: 'high',
          message: 'js-yaml before version 4 makes functions from `!!js/function` in the text.',
          steps: trace.steps,
        }
    }
  },
}
