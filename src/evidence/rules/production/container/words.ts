import type { Words } from '../../rule.ts'

const dockerfile = (...lines: string[]): Words['fix'] & object => ({
  say: lines[0] ?? '',
  code: { any: lines.slice(1).join('\n') },
})

export const asRoot: Words = {
  why: 'As root, whoever breaks into the process owns the whole container, and more of the host when there is a hole in it.',
  effects: { safety: 'More to gain by breaking in.' },
  fix: dockerfile(
    'Run as `node`, and give it the folders the program writes to.',
    'RUN chown -R node:node /app',
    'USER node',
  ),
}

export const unrepeatable: Words = {
  why: 'What is installed depends on the day of the build, and not on what was tested.',
  effects: { maintenance: 'Builds cannot be repeated.', safety: 'A bad release is in the image the day it appears.' },
  fix: dockerfile(
    'Name the version, and install from the lock file.',
    'FROM node:26.10-slim',
    'COPY package*.json ./',
    'RUN npm ci --omit=dev',
  ),
}

export const tooMuch: Words = {
  why: 'What only development needs is shipped, and has to be kept free of holes like the rest.',
  effects: { memory: 'The image is larger than it has to be.', safety: 'More to break into.' },
  fix: dockerfile('Leave them out before the last stage takes the packages.', 'RUN npm prune --omit=dev'),
}

export const withSettings: Words = {
  title: 'The settings of whoever builds are in the image',
  why: 'Git leaves `.env` out, Docker does not: an image built where one lies has its secrets, for whoever may pull it, and a container started from it takes settings that nobody gave it.',
  effects: { safety: 'Whoever pulls the image reads the secrets.' },
  fix: {
    say: 'Leave them out of what is sent to the build.',
    code: { any: '# .dockerignore\n.env*\n.git\nnode_modules' },
  },
}

export const alwaysUnhealthy: Words = {
  title: 'The health check can only fail',
  why: 'The slim images of Node.js have neither curl nor wget, those on Alpine no curl: the check ends with “not found”, the container counts as unhealthy, and what waits for it, or replaces what is unhealthy, acts on that.',
  effects: { maintenance: 'A sound service counts as broken.' },
  fix: dockerfile(
    'Ask with Node.js, which is there.',
    'HEALTHCHECK --interval=30s --timeout=3s --start-period=10s \\',
    '  CMD ["node", "-e", "fetch(\'http://127.0.0.1:3000/health\').then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]',
  ),
}

export const forDevelopment: Words = {
  title: 'The service is started for development',
  why: 'Express then compiles views for each request and answers errors with their stack, and a watcher restarts the process when a file changes.',
  effects: { latency: 'Views are compiled for each request.', safety: 'Errors are answered with their stack trace.' },
  fix: dockerfile(
    'Start Node.js itself, in production mode.',
    'ENV NODE_ENV=production',
    'CMD ["node", "src/server.js"]',
  ),
}

export const debuggable: Words = {
  title: 'The debugger can be reached',
  why: 'The inspector asks for no password, and runs whatever it is sent.',
  effects: { safety: 'Whoever reaches the port runs code in the process.' },
  fix: dockerfile(
    'Start without the inspector; where it is needed, bind it to the machine itself and use a tunnel.',
    'CMD ["node", "--inspect=127.0.0.1:9229", "src/server.js"]',
  ),
}

export const deafToSignals: Words = {
  why: 'npm and its like do not pass the signal to stop on in every version and shell, so that the service is killed after the grace period.',
  effects: { latency: 'Requests under way are cut off at each deploy.' },
  fix: dockerfile('Start Node.js itself.', 'CMD ["node", "src/server.js"]'),
}

export const outOfSupport: Words = {
  why: 'Holes in the system that are found from now on stay open.',
  effects: { safety: 'Known ways in stay open.' },
  fix: dockerfile('Build on a system that is supported.', 'FROM node:26-trixie-slim'),
}

export const unbuildable: Words = {
  title: 'The image cannot be built',
  why: 'The shell looks for a program of this name and finds none.',
  effects: { maintenance: 'Every build ends here.' },
  fix: dockerfile('Write the instruction without `RUN`.', 'COPY . .'),
}

export const privileged: Words = {
  title: 'The container may do what the host may do',
  why: 'A privileged container sees the devices of the host and may change its kernel.',
  effects: { safety: 'Whoever breaks into the process owns the host.' },
  fix: dockerfile('Give only the rights that are needed.', 'cap_drop: [ALL]', 'cap_add: [NET_BIND_SERVICE]'),
}

export const published: Words = {
  title: 'The database can be reached from outside of the host',
  why: 'A published port passes by most firewalls of the host, and the services beside it do not need it: they reach the database by its name.',
  effects: { safety: 'Anyone on the network may try its passwords.' },
  fix: dockerfile(
    'Publish it for the host alone, or not at all.',
    'ports:',
    '  - "127.0.0.1:5432:5432" # the host’s own address before the port',
  ),
}

export const openToAll: Words = {
  ...published,
  title: 'A database without a password can be reached from outside of the host',
  effects: { safety: 'Anyone on the network reads and deletes everything in it.' },
}

export const builtAtStart: Words = {
  why: 'A start waits for the build, needs what only development has, and may give another result than the one that was tested.',
  effects: { latency: 'Each start and each restart waits for the build.', maintenance: 'Builds cannot be repeated.' },
  fix: dockerfile('Build when the image is made, and only start here.', 'command: ["node", "dist/main.js"]'),
}

export const installsOverConflicts: Words = {
  title: 'The build installs what does not fit together',
  why: 'A package is given another version of what it needs than it was made for, and fails where they differ.',
  effects: { maintenance: 'What works is left to chance.' },
  fix: { say: 'Find the package that is behind, and move it.', code: { any: 'npm ls --all\nnpm explain PACKAGE' } },
}

export const oneOnly: Words = {
  title: 'One process serves all requests',
  why: 'The other cores of the machine idle, and while the process starts again nobody is served.',
  effects: { latency: 'One core is all there is.', safety: 'A crash is an outage until the process is back.' },
  fix: { say: 'Run one process for each core.', code: { any: "instances: 'max',\nexec_mode: 'cluster'" } },
}

export const toldByHistory: Words = {
  title: 'A secret is given to the build',
  why: 'Each later `RUN` is kept with the arguments it was run with: `docker history` shows them to whoever has the image.',
  effects: { safety: 'Whoever pulls the image has the secret.' },
  fix: {
    say: 'Give the container its secrets when it starts; what a build step itself needs, mount for that step.',
    code: { any: 'RUN --mount=type=secret,id=npm_token NPM_TOKEN=$(cat /run/secrets/npm_token) npm ci' },
  },
}

/** For the `start` script of a package. */
export const startsItself: Words['fix'] & object = {
  say: 'Let `start` run the built program, and set `NODE_ENV=production` where it is deployed; what developers use belongs into `dev`.',
  code: { any: '"start": "node dist/server.js"' },
}
