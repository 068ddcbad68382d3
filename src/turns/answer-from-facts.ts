import type { ProjectFacts } from '../evidence/facts/project.ts'
import type { CodeFinding } from './read-findings.ts'
import type { Opened, OpenRepository } from './open-code.ts'

export interface FactsQuestion {
  /** Says what a key would add; once in a thread is enough. */
  explainKey: boolean
  opened: readonly Opened[]
  repositories: readonly OpenRepository[]
  findings: readonly CodeFinding[]
  playbooks: readonly { title: string; body: string }[]
  /** Decisions that speak of it, each in a line. */
  decisions: readonly string[]
  /** Earlier messages that speak of the same, visible to everyone here. */
  earlier: readonly { where: string; url: string; text: string }[]
}

/** Answers without a model: what the linked code shows, what the playbooks advise, what was said before, and what a key would add. */
export function answerFromFacts(question: FactsQuestion): string {
  const sections = [
    ...question.repositories.map(describeRepository),
    describeFindings(question.findings),
    ...question.opened.map((opened) => describeOpened(opened, question.findings.length > 0)),
    ...question.playbooks.slice(0, 1).map(({ body }) => body.trim()),
    describeFurtherPlaybooks(question.playbooks.slice(1, 3)),
    describeDecisions(question.decisions),
    describeEarlier(question.earlier.slice(0, 3)),
  ].filter(Boolean)
  const nothing =
    sections.length === 0
      ? [
          'I found nothing in the thread, the code or my playbooks that answers this. Link code on GitHub that it is about, or see with `/architect help` what I do.',
        ]
      : []
  return [...nothing, ...sections, describeLimits(question)].filter(Boolean).join('\n\n')
}

function describeRepository({ fullName, pin, project, files, truncated }: OpenRepository): string {
  const lines = [
    `Frameworks: ${list(project.frameworks.map(describePackage)) || 'none that I know'}`,
    `Data: ${list(project.dataClients.map(describePackage)) || 'no database client that I know'}`,
    `Node.js: ${project.node.inUse ? `${project.node.inUse.text} (\`${project.node.inUse.path}\`)` : 'no version named anywhere'}`,
    `Entry points: ${list(project.entryPoints.map(code)) || 'none named in package.json'}`,
    `Dependencies: ${describeDependencies(project)}`,
    `Tests: ${describeTests(project)}`,
    `Delivery: ${list([...project.dockerfiles.map(code), ...project.ciFiles.map(code)]) || 'no Dockerfile and no CI found'}`,
  ]
  const size = `${files.length} files${truncated ? ' and more that GitHub did not list' : ''}`
  return `**${fullName}** at \`${pin.sha.slice(0, 7)}\`: ${size}\n\n${lines.map((line) => `- ${line}`).join('\n')}`
}

function describePackage({ name, range, installed }: ProjectFacts['frameworks'][number]): string {
  return `${name} ${installed ?? range}`
}

function describeDependencies({ dependencies, lockfile }: ProjectFacts): string {
  const runtime = dependencies.filter((dependency) => !dependency.dev)
  const named = runtime.slice(0, 12).map((dependency) => dependency.name)
  const more = runtime.length > named.length ? ` and ${runtime.length - named.length} more` : ''
  const locked = lockfile ? `locked by \`${lockfile}\`` : 'no lockfile, so installs can differ from day to day'
  return `${runtime.length} at run time (${named.join(', ')}${more}), ${dependencies.length - runtime.length} for development, ${locked}`
}

function describeTests({ testRunners, testFiles }: ProjectFacts): string {
  if (testFiles === 0) return 'no test files found'
  return `${testFiles} files${testRunners.length > 0 ? `, run with ${testRunners.join(', ')}` : ', no runner named'}`
}

const findingsShown = 5
const placesShown = 3

function describeFindings(findings: readonly CodeFinding[]): string {
  if (findings.length === 0) return ''
  const shown = findings.slice(0, findingsShown).map(describeFinding)
  const more = findings.length - shown.length
  const rest =
    more > 0
      ? [`${more} more ${more === 1 ? 'kind' : 'kinds'} of findings are not shown; \`npm run review\` lists them all.`]
      : []
  return ['What my rules find here, worst first:', ...shown, ...rest].join('\n\n')
}

function describeFinding({ title, message, why, fix, places }: CodeFinding, index: number): string {
  const links = places.slice(0, placesShown).map(({ label, url }) => `[${label}](${url})`)
  const more = places.length > links.length ? ` and ${places.length - links.length} more places` : ''
  const shown = fix.code && (index === 0 || !fix.isExample)
  const code = shown ? `${fix.isExample ? ' For example:' : ''}\n\n\`\`\`js\n${fix.code}\n\`\`\`` : ''
  return `**${title}** at ${links.join(', ')}${more}. ${message} ${why}\n\nInstead: ${fix.say}${code}`
}

function describeOpened(opened: Opened, judged: boolean): string {
  switch (opened.kind) {
    case 'file':
      return judged && !opened.lines ? '' : describeFile(opened)
    case 'folder':
      return opened.path === '' ? '' : `\`${opened.path}\` has ${opened.files.length} files.`
    case 'change':
      return describeChange(opened)
    case 'unread':
      return opened.sentence
  }
}

const excerptLines = 30

function describeFile({ path, lines, text }: Extract<Opened, { kind: 'file' }>): string {
  const all = text.replace(/\n$/, '').split('\n')
  const excerpt = all.slice((lines?.start ?? 1) - 1, lines ? lines.end : excerptLines).slice(0, excerptLines)
  const language = /\.([cm]?[jt]sx?)$/.exec(path)?.[1]?.includes('t') ? 'ts' : 'js'
  const fence = text.includes('```') ? '````' : '```'
  const first = lines?.start ?? 1
  const left = (lines ? lines.end - first + 1 : all.length) - excerpt.length
  return [
    `\`${path}\` has ${all.length} lines. Lines ${first} to ${first + excerpt.length - 1}:`,
    `${fence}${language}\n${excerpt.join('\n')}\n${fence}`,
    ...(left > 0 ? [`${left} more lines are not shown.`] : []),
  ].join('\n\n')
}

function describeChange({ title, files, truncated }: Extract<Opened, { kind: 'change' }>): string {
  const shown = files
    .slice(0, 15)
    .map((file) => `- \`${file.path}\` ${file.status}, +${file.additions} −${file.deletions}`)
  const more =
    files.length > shown.length || truncated ? [`- and ${truncated ? 'more' : files.length - shown.length} files`] : []
  return [`**${title}** changes ${files.length} files.`, [...shown, ...more].join('\n')].join('\n\n')
}

function describeFurtherPlaybooks(playbooks: FactsQuestion['playbooks']): string {
  return playbooks.length === 0 ? '' : `I can also tell you about: ${list(playbooks.map(({ title }) => title))}.`
}

function describeDecisions(decisions: FactsQuestion['decisions']): string {
  return decisions.length === 0 ? '' : ['Decided before:', decisions.map((line) => `- ${line}`).join('\n')].join('\n\n')
}

function describeEarlier(earlier: FactsQuestion['earlier']): string {
  if (earlier.length === 0) return ''
  const hits = earlier.map(({ where, url, text }) => `- [${where}](${url}): ${oneLine(text)}`)
  return `Said before:\n\n${hits.join('\n')}`
}

function describeLimits({ explainKey }: FactsQuestion): string {
  return explainKey
    ? 'This comes from the files, my rules, my playbooks and earlier threads alone. With an `ANTHROPIC_API_KEY` I also read the code for your question, weigh the trade-offs and write the refactored version.'
    : ''
}

function oneLine(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim()
  return line.length > 160 ? `${line.slice(0, 159).toWellFormed()}…` : line
}

const code = (text: string) => `\`${text}\``
const list = (items: readonly string[]) => items.slice(0, 8).join(', ')
