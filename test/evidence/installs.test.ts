import { expect, test } from 'vitest'
import { analyse } from '../../src/evidence/analyse.ts'

function adviceFor(
  install: string,
  after: string[],
  scripts: Record<string, string> = {},
  lockfile = '{}',
): string | undefined {
  const manifest = { name: 'case', scripts, devDependencies: { 'ts-node': '10.9.2', typescript: '5.9.0' } }
  const rows = ['FROM node:24.11-slim', 'USER node', 'COPY . .', `RUN ${install}`, ...after]
  const files = new Map([
    ['package.json', JSON.stringify(manifest)],
    ['Dockerfile', rows.join('\n')],
    [install.startsWith('yarn') ? 'yarn.lock' : 'package-lock.json', lockfile],
  ])
  return analyse(files).findings.find(({ rule, line }) => rule === 'container' && line === 4)?.message
}

const served = 'CMD ["node", "server.js"]'

test('an install that nothing follows is to leave development packages out', () => {
  expect(adviceFor('npm install', [served])).toContain('`npm ci --omit=dev`')
  expect(adviceFor('yarn', [served])).toContain('`yarn install --frozen-lockfile --production`')
})

test('Yarn since version 2 goes by other options', () => {
  const lockfile = '__metadata:\n  version: 8\n'
  expect(adviceFor('yarn', [served], {}, lockfile)).toContain('`yarn workspaces focus --all --production`')
  expect(adviceFor('yarn', ['RUN yarn build', served], {}, lockfile)).toContain('`yarn install --immutable`, and')
})

test('before a build development packages are kept until it is done', () => {
  expect(adviceFor('npm install', ['RUN npm run build', served])).toContain('`npm prune --omit=dev` after the build')
  expect(adviceFor('yarn install', ['RUN yarn build', served])).toContain('--production` after the build')
})

test('where a tool for development starts the server it stays', () => {
  const scripts = { start: 'ts-node src/server.ts' }
  expect(adviceFor('npm install', ['CMD ["npm", "start"]'], scripts)).toMatch(/use `npm ci`\.$/)
  expect(adviceFor('yarn', ['CMD yarn start'], scripts)).toMatch(/use `yarn install --frozen-lockfile`\.$/)
})
