/** The language of a file, as Markdown's code blocks name it. */
export function languageAt(path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1)
  if (/^Dockerfile|\.Dockerfile$/i.test(name)) return 'dockerfile'
  const extension = /\.([^.]+)$/.exec(name)?.[1]?.toLowerCase() ?? ''
  if (/^[cm]?jsx?$/.test(extension)) return 'js'
  if (/^[cm]?tsx?$/.test(extension)) return 'ts'
  return ['json', 'yaml', 'yml', 'sql', 'prisma', 'html', 'ejs'].includes(extension) ? extension : 'ts'
}
