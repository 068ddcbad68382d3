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
