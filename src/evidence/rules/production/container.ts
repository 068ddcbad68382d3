import { bySentence } from '../matches.ts'
import type { Rule } from '../rule.ts'
import { inComposeFile, noVersion } from './container/compose-file.ts'
import { inDockerfile } from './container/dockerfile.ts'
import { inScripts, oneProcess } from './container/scripts.ts'

export const container: Rule = {
  id: 'container',
  category: 'docker',
  severity: 'medium',
  confidence: 'high',
  title: 'The container is not made for production',
  why: 'As root a break-in owns more than the process; an install without lock file, a floating image or development mode makes each build another one.',
  effects: {
    safety: 'More to break into, and more to gain.',
    maintenance: 'Builds cannot be repeated.',
    memory: 'Development packages and caches are shipped.',
  },
  fix: {
    say: 'Pin the image, install from the lock file without development packages, run as `node`, and start Node.js itself.',
    code: {
      any: 'FROM node:26.10-slim\nENV NODE_ENV=production\nWORKDIR /app\nCOPY package*.json ./\nRUN npm ci --omit=dev\nCOPY --chown=node . .\nUSER node\nCMD ["node", "src/server.js"]',
    },
  },
  sources: [
    'https://github.com/nodejs/docker-node/blob/main/docs/BestPractices.md',
    'https://github.com/goldbergyoni/nodebestpractices#8-docker-best-practices',
  ],
  *find(codebase) {
    yield* bySentence(codebase.project.dockerfiles.flatMap((path) => [...inDockerfile(codebase, path)]))
    const composed = codebase.project.composeFiles.flatMap((path) => [...inComposeFile(codebase, path)])
    yield* composed.filter(({ message }) => message !== noVersion)
    yield* bySentence(composed.filter(({ message }) => message === noVersion))
    yield* inScripts(codebase)
    yield* oneProcess(codebase)
  },
}
