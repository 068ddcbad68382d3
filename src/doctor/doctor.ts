import { ConfigError, readConfig, readEnvironment } from '../config.ts'
import { createLog } from '../log.ts'
import { type Check, checkNode, type Finding, listChecks } from './checks.ts'

const marks = { ok: 'ok     ', note: 'note   ', trouble: 'TROUBLE' } as const

/** Checks everything the bot needs and explains it, a line each; false when something must be mended first. */
export async function runDoctor(print: (line: string) => void): Promise<boolean> {
  let healthy = true
  const report = (name: string, { state, text }: Finding) => {
    healthy &&= state !== 'trouble'
    print(`${marks[state]}  ${name}: ${text}`)
  }
  report('Node.js', checkNode(process.versions.node))
  try {
    const config = readConfig(readEnvironment())
    report('Settings', { state: 'ok', text: 'complete' })
    const running = listChecks(config, createLog('silent')).map(({ name, run }) => ({ name, finding: complete(run) }))
    for (const { name, finding } of running) report(name, await finding)
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    for (const problem of error.problems) report('Settings', { state: 'trouble', text: problem })
    print(
      'Mend the settings first; the rest is checked then. README.md, "Install in Slack", says where each comes from.',
    )
  }
  return healthy
}

async function complete(run: Check['run']): Promise<Finding> {
  try {
    return await run()
  } catch (error) {
    return {
      state: 'trouble',
      text: `could not be checked (${error instanceof Error ? error.message : String(error)})`,
    }
  }
}
