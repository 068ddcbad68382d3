/** The line and program of a `HEALTHCHECK` for which the image has no program: slim ones lack both, Alpine has wget alone. */
export function lackingProgram(rows: readonly string[], first: number): { line: number; program: string } | undefined {
  const stage = rows.slice(first)
  const at = stage.findIndex((row) => /^\s*HEALTHCHECK\s+(?!NONE)/i.test(row))
  const [, tag = ''] = /^\s*FROM\s+(?:--\S+\s+)?(?:docker\.io\/)?(?:library\/)?node:(\S+)/i.exec(stage[0] ?? '') ?? []
  if (at < 0 || !/slim|alpine/.test(tag)) return undefined
  const end = stage.findIndex((row, index) => index >= at && !/\\\s*$/.test(row))
  const check = stage.slice(at, end + 1).join('\n')
  const program = /(?:\bCMD\b[\s[",]*|\bsh",\s*"-c",\s*"|[;&|(]\s*)(curl|wget)\b/.exec(check)?.[1]
  const rest = [...stage.slice(0, at), ...stage.slice(end + 1)].join('\n')
  if (program === undefined || (program === 'wget' && /alpine/.test(tag)) || rest.includes(program)) return undefined
  return { line: first + at + 1, program }
}
