import type { Codebase } from '../../codebase.ts'
import type { FoundCall } from '../../facts/call-index.ts'
import { knownText } from '../../facts/known-text.ts'
import { literalText, propertyOf, type Node } from '../../parse/ast.ts'
import type { SourceFile } from '../../parse/source-file.ts'
import { arrivalsAt } from '../arrivals.ts'
import { isChecked } from '../checked-values.ts'
import { sourceText } from '../places.ts'
import type { Match, Rule, Words } from '../rule.ts'

const shells =
  /^(child_process\.exec(Sync)?|shelljs\.exec|execa\.(command|commandSync|execaCommand|execaCommandSync)|execSync|exec-sh|shell-exec)$/
const spawns =
  /^(child_process\.(spawn|spawnSync|execFile|execFileSync|fork)|cross-spawn(\.\w+)?|execa(\.(execa|execaSync|sync))?)$/

export const commandInjection: Rule = {
  id: 'command-injection',
  category: 'command-injection',
  severity: 'critical',
  confidence: 'high',
  title: 'A shell command is built from request input',
  why: 'The shell reads `;`, `|` and `$(…)` in the value as commands of their own.',
  effects: { safety: 'The caller runs programs on the server with the rights of the process.' },
  fix: {
    say: 'Run the program without a shell, with the value as one argument, after checking its form.',
    code: {
      any: "import { execFile } from 'node:child_process'\nexecFile('ping', ['-c', '1', '--', host], { timeout: 5_000 }, done)",
    },
  },
  sources: [
    'https://cheatsheetseries.owasp.org/cheatsheets/OS_Command_Injection_Defense_Cheat_Sheet.html',
    'https://nodejs.org/api/child_process.html',
  ],
  *find(codebase) {
    for (const found of [...codebase.index.named(shells), ...codebase.index.named(spawns)]) {
      const command = commandOf(found, codebase)
      if (!command || literalText(command) !== undefined) continue
      for (const { trace, file, node, steps } of arrivalsAt(codebase, { ...found, value: command })) {
        if (trace.marks.has('shell')) continue
        yield { file, node, steps, ...wordsFor(found), message: `The command holds ${sourceText(trace, file, node)}.` }
      }
    }
    yield* asOptions(codebase)
  },
}

const say = 'Run the program without a shell, with the value as one argument, after checking its form.'

const atOnceDone: Words = {
  fix: {
    say,
    code: {
      any: "import { execFileSync } from 'node:child_process'\nconst output = execFileSync('ping', ['-c', '1', '--', host], { timeout: 5_000, encoding: 'utf8' })",
    },
  },
}

const waitedFor: Words = {
  fix: {
    say,
    code: {
      any: "import { execFile } from 'node:child_process'\nimport { promisify } from 'node:util'\nconst run = promisify(execFile)\nconst { stdout } = await run('ping', ['-c', '1', '--', host], { timeout: 5_000 })",
    },
  },
}

/** The example is called as the place is: at once, with `await`, or with a callback. */
function wordsFor({ call, name }: { call: Node; name: string }): Pick<Match, 'words'> {
  if (name.endsWith('Sync')) return { words: atOnceDone }
  return call.parent?.type === 'AwaitExpression' ? { words: waitedFor } : {}
}

/** Programs with options that run other programs, or read and write files. */
const programs = /^(git|hg|ssh|scp|rsync|tar|find|curl|wget|zip)$/

/** `spawn('git', ['clone', url])`: an argument that starts with a dash is an option, such as `--upload-pack=…`. */
function* asOptions(codebase: Codebase): Iterable<Match> {
  for (const { call, file } of codebase.index.named(spawns)) {
    const [program, list] = call.arguments
    const name = literalText(program) ?? ''
    if (!programs.test(name) || list?.type !== 'ArrayExpression') continue
    const end = list.elements.findIndex((item) => literalText(item) === '--')
    for (const value of end < 0 ? list.elements : list.elements.slice(0, end)) {
      const trace = value && codebase.flow.trace(value, file)
      if (!trace || trace.inText || trace.marks.size > 0 || isChecked(trace, call, file)) continue
      yield {
        file,
        node: call,
        severity: 'high',
        confidence: 'medium',
        message: `\`${name}\` reads ${sourceText(trace, file, value)} as an option when it starts with a dash.`,
        steps: trace.steps,
      }
      break
    }
  }
}

const shellNames = /^(sh|bash|dash|zsh|ksh|fish|cmd|powershell|pwsh)(\.exe)?$|\/(ba|da|z|k)?sh$/i
/** `bash -lc`, `cmd /c`, `powershell -Command`. */
const commandFlag = /^(-\w*c|\/c|-command)$/i

function commandOf({ call, name, file }: FoundCall, codebase: Codebase): Node | undefined {
  const [program, list, options] = call.arguments
  if (shells.test(name)) return program
  const settings = list?.type === 'ObjectExpression' ? list : options
  const shell = propertyOf(settings, 'shell')
  if (shell && literalText(shell) !== 'false') return list?.type === 'ArrayExpression' ? list : program
  return program && list ? (givenToShell(program, list, file, codebase) ?? program) : program
}

/** What a shell is told to run, also behind another program: `docker exec web sh -c …`. */
function givenToShell(program: Node, list: Node, file: SourceFile, codebase: Codebase): Node | undefined {
  const written = codebase.meanings.of(list, file)
  const items = written.kind === 'value' && written.node.type === 'ArrayExpression' ? written.node.elements : []
  const words = [program, ...items].map((item) => (item ? knownText(item, file, codebase)?.text : undefined) ?? '')
  const start = words.findIndex((word) => shellNames.test(word))
  if (start < 0) return undefined
  const flag = words.findIndex((word, index) => index > start && commandFlag.test(word))
  return (flag < 0 ? undefined : items[flag]) ?? list
}
