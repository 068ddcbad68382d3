import type { Codebase } from '../../codebase.ts'
import { textFile } from '../places.ts'
import type { Rule } from '../rule.ts'

export const missingNodeEnv: Rule = {
  id: 'missing-node-env',
  category: 'docker',
  severity: 'low',
  confidence: 'medium',
  title: 'The image does not say that it is production',
  why: 'Without `NODE_ENV=production` Express compiles views for each request and answers errors with the stack trace, and libraries keep their checks for developers.',
  effects: {
    latency: 'Views are compiled for each request.',
    safety: 'Errors are answered with the stack trace.',
    maintenance: 'What runs depends on who starts it.',
  },
  fix: { say: 'Set it in the last stage of the image.', code: { any: 'ENV NODE_ENV=production' } },
  sources: [
    'https://expressjs.com/en/advanced/best-practice-performance.html#set-node_env-to-production',
    'https://github.com/nodejs/docker-node/blob/main/docs/BestPractices.md#environment-variables',
  ],
  limits: 'What is set where the container is started outside of this repository is not seen.',
  *find(codebase) {
    if (!matters(codebase) || setElsewhere(codebase)) return
    for (const path of codebase.project.dockerfiles) {
      const file = textFile(codebase, path)
      const rows = file.text.split('\n')
      const last = rows.findLastIndex((row) => /^\s*FROM\s/i.test(row))
      const command = rows.findLastIndex((row) => /^\s*(CMD|ENTRYPOINT)\b/i.test(row))
      if (/dev|test|\.ci|e2e/i.test(path) || /NODE_ENV/.test(file.text)) continue
      if (!/^\s*FROM\s+(--\S+\s+)?(\S*\/)?node[:@]/i.test(rows[last] ?? '') || command < last) continue
      if (/nodemon|run[\s"',]+dev|start:(dev|debug)|--watch|[.-]dev\.sh|npm[\s"',]+test/.test(rows[command] ?? ''))
        continue
      yield { file, line: command + 1, message: 'The image starts Node.js without `NODE_ENV=production`.' }
    }
  },
}

/** Something here behaves differently in production. */
function matters(codebase: Codebase): boolean {
  return (
    codebase.project.dependencies.some(({ name, dev }) => name === 'express' && !dev) ||
    codebase.project.environment.includes('NODE_ENV')
  )
}

/** By a script, a compose file, an environment file, a process manager, or a deployment of this repository. */
function setElsewhere(codebase: Codebase): boolean {
  const sets = /NODE_ENV['"]?\s*[:=,]?\s*(\n\s*(-\s*)?value:\s*)?['"]?prod/i
  for (const [path, text] of codebase.texts) {
    if (!/(\.ya?ml|\.env[\w.-]*|Procfile|\.toml|\.tf|\.sh|package\.json|app\.json|\.config\.[cm]?js)$/.test(path))
      continue
    if (text.includes('NODE_ENV') && sets.test(text)) return true
  }
  return false
}
