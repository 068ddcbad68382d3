import { monitorEventLoopDelay } from 'node:perf_hooks'
import { BackgroundAnalyst } from '../../src/evidence/background-analyst.ts'
import { readTree } from './source-files.ts'

// The analysis as the bot runs it, and the longest time its main thread did nothing else. Prints one line of JSON.
const { files } = readTree(process.argv[2] ?? '.', 1)
await using analyst = new BackgroundAnalyst()
const delay = monitorEventLoopDelay({ resolution: 5 })
const keepAlive = setInterval(() => {}, 1000)
delay.enable()
await analyst.analyse(files)
delay.disable()
clearInterval(keepAlive)
console.log(JSON.stringify({ longestPauseMs: delay.max / 1e6 }))
