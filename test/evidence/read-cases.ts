export type Case = { rule: string; kind: 'matches' | 'silent'; title: string; files: Map<string, string> }

/** `## rule-id`, `### matches: title` or `### silent: title`, then fenced files by name; `<!` in a comment marks a line. */
export function readCases(text: string): Case[] {
  return text
    .split(/^## /m)
    .slice(1)
    .flatMap((section) => {
      const rule = section.slice(0, section.indexOf('\n')).trim()
      return section
        .split(/^### /m)
        .slice(1)
        .map((part) => {
          const heading = part.slice(0, part.indexOf('\n'))
          const files = [...part.matchAll(/^```(?:\w* )?(\S+)\n([\s\S]*?)^```$/gm)].map((match): [string, string] => [
            match[1] ?? '',
            match[2] ?? '',
          ])
          const kind = heading.startsWith('silent') ? 'silent' : 'matches'
          return { rule, kind, title: heading.replace(/^\w+:\s*/, ''), files: withManifest(new Map(files)) }
        })
    })
}

/** Cases that say nothing about the project are Express 4 applications with the packages they import. */
function withManifest(files: Map<string, string>): Map<string, string> {
  if (files.has('package.json')) return files
  const names = [...files.values()].flatMap((text) =>
    [...text.matchAll(/(?:require\(|from )['"]([^.'"][^'"]*)['"]/g)].map((match) => match[1] ?? ''),
  )
  const dependencies = Object.fromEntries(names.map((name) => [name, name === 'express' ? '4.21.0' : '99.0.0']))
  files.set('package.json', JSON.stringify({ name: 'case', engines: { node: '>=24' }, dependencies }, null, 2))
  return files
}
