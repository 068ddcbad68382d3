import type { Codebase } from '../../codebase.ts'
import { findKnownAdvisories } from '../../facts/known-advisories.ts'
import { lowestVersion } from '../../facts/versions.ts'
import { constantText } from '../../facts/written-values.ts'
import { isFunction, keyOf, literalText, type Node } from '../../parse/ast.ts'
import { lookUp } from '../../parse/scopes.ts'
import type { SourceFile } from '../../parse/source-file.ts'
import { requestOf, sourceText } from '../places.ts'
import type { Match, Rule, Words } from '../rule.ts'

const evaluators =
  /^((global(This)?\.)?eval|Function|vm\.(runInThisContext|runInNewContext|runInContext|Script|compileFunction)|vm2\.(VM|NodeVM)\(\)\.run|vm2\.VMScript|sandbox\(\)\.run|safe-eval|static-eval|notevil|expression-eval\.\w+|node-eval|setTimeout|setInterval|(puppeteer|playwright)[\w-]*\..*\.(evaluate|evaluateOnNewDocument|addInitScript))$/

export const codeInjection: Rule = {
  id: 'code-injection',
  category: 'code-injection',
  severity: 'critical',
  confidence: 'high',
  title: 'Request input is run as code',
  why: '`eval` and its relatives run whatever the value says, with everything the process may do.',
  effects: {
    safety: 'The caller controls the server.',
    'event loop': 'A value such as `while(true){}` stops the process.',
  },
  fix: {
    say: 'Parse the value as data.',
    code: {
      any: "const amount = Number(req.body.amount)\nif (!Number.isFinite(amount)) return res.status(400).json({ error: 'amount must be a number' })",
    },
  },
  sources: [
    'https://developer.mozilla.org/en-US/docs/Web/JavaScript/Reference/Global_Objects/eval#never_use_direct_eval!',
    'https://nodejs.org/api/vm.html',
  ],
  *find(codebase) {
    for (const { call, file, name } of codebase.index.named(evaluators)) {
      // The other arguments of `Function` are names of parameters.
      const code = name === 'Function' ? call.arguments.at(-1) : call.arguments[0]
      if (!code || literalText(code) !== undefined || isFunction(code)) continue
      const trace = codebase.flow.trace(code, file)
      if (trace)
        yield { file, node: call, message: `\`${name}\` runs ${sourceText(trace, file, code)}.`, steps: trace.steps }
      else if (
        name === 'eval' &&
        (code.type !== 'CallExpression' || requestOf(codebase, call)) &&
        constantText(code, file) === undefined
      ) {
        yield {
          file,
          node: call,
          severity: isPartOfText(code, file) ? 'high' : 'medium',
          confidence: 'medium',
          message: '`eval` runs text that is not constant.',
        }
      }
    }
    yield* formulas(codebase)
  },
}

/** Formulas are no JavaScript, unless the installed version lets them out. */
function* formulas(codebase: Codebase): Iterable<Match> {
  const dependency = codebase.project.dependencies.find(({ name }) => name === 'mathjs')
  const version = dependency?.installed ?? lowestVersion(dependency?.range ?? '')
  const known = version === undefined ? [] : findKnownAdvisories('mathjs', version)
  const escape = known.find(({ what }) => what.startsWith('code execution'))
  for (const { call, file, name } of codebase.index.named(/^mathjs(\(\))?\.(eval|evaluate|parse|compile)$/)) {
    const [formula] = call.arguments
    const trace = formula && codebase.flow.trace(formula, file)
    if (!trace) continue
    const why = escape ? `, and formulas run code in mathjs ${version} (${escape.ghsa})` : ''
    yield {
      file,
      node: call,
      severity: escape ? 'critical' : 'medium',
      words: { ...aboutFormulas, ...(escape ? {} : withoutEscape) },
      message: `\`${name}\` works out ${sourceText(trace, file, formula)}${why}.`,
      steps: trace.steps,
    }
  }
}

const aboutFormulas: Words = {
  fix: {
    say: 'Update mathjs, take its dangerous functions away, and limit the length of a formula.',
    code: {
      any: "// npm install mathjs@latest\nconst { all, create } = require('mathjs')\nconst math = create(all)\nconst { evaluate } = math\nconst refused = () => { throw new Error('not allowed') }\nmath.import({ import: refused, createUnit: refused, evaluate: refused, parse: refused }, { override: true })\nconst result = evaluate(formula.slice(0, 200))",
    },
  },
}

const withoutEscape: Words = {
  title: 'Formulas of the caller are worked out',
  why: 'A formula is no JavaScript here, but it may define functions of mathjs anew, and take as long as it likes.',
  effects: { 'event loop': 'A formula over huge numbers stops the process.' },
}

/** `template.replace(pattern, (match, code) => eval(code))`: whoever writes the text writes the program. */
function isPartOfText(code: Node, file: SourceFile): boolean {
  const parameter = code.type === 'Identifier' ? lookUp(file.scopes, code, code.name)?.parameter : undefined
  const call = parameter?.of.parent
  return (
    call?.type === 'CallExpression' &&
    call.callee.type === 'MemberExpression' &&
    /^replace(All)?$/.test(keyOf(call.callee) ?? '')
  )
}
