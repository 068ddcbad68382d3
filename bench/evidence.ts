import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import * as z from 'zod'
import { formatMb, formatMs, note, report, type Figure } from './support/figure.ts'

/**
 * `node bench/evidence.ts [folder] [--tools folder] [--rounds 3]`: our analysis beside oxc alone, oxlint and, where
 * `--tools` names a folder with them installed, ESLint and madge: the same files, every contestant in processes of its
 * own by turns, and of each the best round. Times are processor time, all threads: other work on the machine disturbs
 * it less than the clock.
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { tools: { type: 'string' }, rounds: { type: 'string', default: '3' } },
})
const folder = resolve(positionals[0] ?? 'src')
const contestants = {
  oxc: fileURLToPath(new URL('./support/evidence-oxc.ts', import.meta.url)),
  ours: fileURLToPath(new URL('./support/evidence-ours.ts', import.meta.url)),
  background: fileURLToPath(new URL('./support/evidence-background.ts', import.meta.url)),
}
const commandLine = fileURLToPath(new URL('../src/cli.js', import.meta.url))
const tellCpu = new URL('./support/tell-cpu.ts', import.meta.url).href
const limits = { memoryBytes: 600_000_000, pauseMs: 100 }

const run = z.object({ ms: z.number(), findings: z.number(), peakBytes: z.number() })
const oursAnswer = z.object({ megabytes: z.number(), first: run, later: z.array(run) })
const oxcAnswer = z.object({ ms: z.number(), nodes: z.number() })
const backgroundAnswer = z.object({ longestPauseMs: z.number() })
type Ours = z.infer<typeof oursAnswer>

/** How `npm run review` starts Node. */
const manifest = z.object({ scripts: z.object({ review: z.string() }) })
const { scripts } = manifest.parse(JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')))
const flags = scripts.review.split(' ').filter((part) => part.startsWith('--'))

/** Nothing, one file (any share rounds up to one), and one file in a hundred. */
const changes = [0, 1e-9, 0.01]

type Round = {
  oxc: z.infer<typeof oxcAnswer>
  quarter: Ours
  half: Ours
  whole: Ours
  background: z.infer<typeof backgroundAnswer>
}

function takeRound(number: number): Round {
  const round = {
    oxc: takeOxc(),
    whole: oursAnswer.parse(ask([...flags, contestants.ours], '1', changes.join(','))),
    quarter: oursAnswer.parse(ask([...flags, contestants.ours], '0.25')),
    half: oursAnswer.parse(ask([...flags, contestants.ours], '0.5')),
    background: backgroundAnswer.parse(ask([contestants.background])),
  }
  const { oxc, whole } = round
  note(
    `  ${number}: oxc ${formatMs(oxc.ms)}, ours ${formatMs(whole.first.ms)}, then ${formatMs(whole.later[1]?.ms ?? 0)}`,
  )
  return round
}

/** The better of Node's own settings and ours. */
function takeOxc(): Round['oxc'] {
  const [plain, flagged] = [oxcAnswer.parse(ask([contestants.oxc])), oxcAnswer.parse(ask([...flags, contestants.oxc]))]
  return plain.ms < flagged.ms ? plain : flagged
}

function ask(script: readonly string[], ...args: string[]): unknown {
  const { stdout, status } = spawnSync(process.execPath, [...script, folder, ...args], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  if (status !== 0) throw new Error(`${script.at(-1)} ended with ${status}`)
  return JSON.parse(stdout)
}

/** From the start of a process to its end, reading the files included; ours is what a user runs. */
function timeProcess(args: readonly string[]): number {
  const { output } = spawnSync(process.execPath, ['--import', tellCpu, ...args], {
    cwd: folder,
    encoding: 'utf8',
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  })
  return Number(output[3])
}

function best(rounds: readonly Round[], read: (round: Round) => number): number {
  return Math.min(...rounds.map(read))
}

function measureAlone(rounds: readonly Round[]): Figure[] {
  const first = best(rounds, ({ whole }) => whole.first.ms)
  const oxc = best(rounds, (round) => round.oxc.ms)
  const perMegabyte = (read: (round: Round) => Ours) =>
    best(rounds, (round) => read(round).first.ms / read(round).megabytes)
  const quarter = perMegabyte((round) => round.quarter)
  const shares: Figure[] = (['half', 'whole'] as const).map((share) => {
    const ms = perMegabyte((round) => round[share])
    const against = `${formatMs(quarter)} a quarter`
    return { name: `A megabyte, ${share} tree`, ours: formatMs(ms), against, ratio: ms / quarter, aim: { most: 1.2 } }
  })
  const again = ['nothing', 'one file', '1 % of files'].map((what, index): Figure => {
    const ms = best(rounds, ({ whole }) => whole.later[index]?.ms ?? Number.NaN)
    const against = `${formatMs(first)} first run`
    return { name: `Again, ${what} changed`, ours: formatMs(ms), against, ratio: ms / first, aim: { most: 0.1 } }
  })
  const memory = (name: string, bytes: number): Figure => {
    const against = `${formatMb(limits.memoryBytes)} limit`
    return { name, ours: formatMb(bytes), against, ratio: bytes / limits.memoryBytes, aim: { most: 1 } }
  }
  const pause = best(rounds, ({ background }) => background.longestPauseMs)
  return [
    { name: 'Analysis', ours: formatMs(first), against: `${formatMs(oxc)} oxc`, ratio: first / oxc, aim: { most: 4 } },
    ...shares,
    ...again,
    memory(
      'Memory, first run',
      best(rounds, ({ whole }) => whole.first.peakBytes),
    ),
    memory(
      'Memory, run again',
      best(rounds, ({ whole }) => whole.later.at(-1)?.peakBytes ?? Number.NaN),
    ),
    {
      name: "The bot's longest pause",
      ours: formatMs(pause),
      against: `${formatMs(limits.pauseMs)} limit`,
      ratio: pause / limits.pauseMs,
      aim: { most: 1 },
    },
  ]
}

function measureTools(): Figure[] {
  const ours = Math.min(
    ...[1, 2, 3].map(() => timeProcess([...flags, commandLine, 'review', folder, '--offline', '--depth', 'facts'])),
  )
  const tools = resolve(values.tools ?? 'node_modules')
  const eslint = (name: string): string[] => {
    const config = join(tools, `${name}.config.mjs`)
    return [join(tools, 'node_modules/eslint/bin/eslint.js'), '--no-config-lookup', '-c', config, '--quiet', folder]
  }
  const peers: { name: string; args: string[]; least?: number }[] = [
    { name: 'oxlint', args: [resolve('node_modules/oxlint/bin/oxlint'), '--silent', folder] },
    { name: 'ESLint, security', args: eslint('security'), least: 10 },
    { name: 'ESLint, sonarjs', args: eslint('sonarjs') },
    {
      name: 'madge',
      args: [join(tools, 'node_modules/madge/bin/cli.js'), '--circular', '--extensions', 'js,ts', folder],
    },
  ]
  return peers
    .filter(({ args }) => existsSync(args[0] ?? ''))
    .map(({ name, args, least }): Figure => {
      note(`  ${name}`)
      const theirs = timeProcess(args)
      const aim = least === undefined ? {} : { aim: { least } }
      return {
        name: 'Whole process',
        ours: formatMs(ours),
        against: `${formatMs(theirs)} ${name}`,
        ratio: theirs / ours,
        ...aim,
      }
    })
}

const rounds = Array.from({ length: Number(values.rounds) }, (_, index) => takeRound(index + 1))
const [round] = rounds
await report([() => Promise.resolve(measureAlone(rounds)), () => Promise.resolve(measureTools())])
console.log(
  `\n${folder}: ${round?.whole.megabytes.toFixed(1)} MB of source, ${round?.oxc.nodes} nodes, ${round?.whole.first.findings} findings`,
)
