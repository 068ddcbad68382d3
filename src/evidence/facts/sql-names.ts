/** What a statement of SQL asks for by name, in lower case: its tables, and columns as far as it is clear whose they are. */
export type SqlNames = { tables: ReadonlySet<string>; columns: readonly { table: string; column: string }[] }

const identifier = String.raw`(?:\w+\.)?(\w+)`
const reference = new RegExp(
  String.raw`\b(from|join|into|update)\s+${identifier}(?![\w?(.])(?:\s+(?:as\s+)?(\w+))?`,
  'gi',
)
const keyword =
  /^(where|set|join|left|right|inner|outer|full|cross|natural|on|using|order|group|limit|values|select|having|union|as|returning|default|for|offset|force|use|ignore|lateral|with|fetch|window|partition|tablesample|straight_join)$/i

/** Reads the names a statement asks for; those of parts that only run time knows (`?`) are left out. */
export function sqlNames(text: string, quotesNames: boolean): SqlNames {
  const sql = bare(text, quotesNames)
  const made = new Set(
    [...sql.matchAll(/(?:\bwith\s+(?:recursive\s+)?|,\s*)(\w+)\s*(?:\([^()]*\)\s*)?as\s*\(/gi)].map(
      ([, name = '']) => name,
    ),
  )
  const aliases = new Map<string, string>()
  const tables = new Set<string>()
  for (const [, verb = '', table = '', alias] of sql.matchAll(reference)) {
    if (made.has(table) || keyword.test(table) || isOfFunction(sql, verb)) continue
    tables.add(table)
    aliases.set(table, table)
    if (alias !== undefined && !keyword.test(alias)) aliases.set(alias, table)
  }
  const dotted = [...sql.matchAll(/(?<![\w.])(\w+)\.(\w+)(?![\w(.?])/g)].flatMap(([, alias = '', column = '']) => {
    const table = aliases.get(alias)
    return table === undefined ? [] : [{ table, column }]
  })
  return { tables, columns: [...dotted, ...inserted(sql), ...changed(sql), ...plain(sql, tables)] }
}

/** Without comments and texts, in lower case; names lose their quotes. */
function bare(text: string, quotesNames: boolean): string {
  return text
    .replace(/--[^\n]*|\/\*[\s\S]*?\*\//g, ' ')
    .replace(/'(?:[^'\\]|\\.|'')*'/g, "''")
    .replace(quotesNames ? /[`"]/g : /"[^"]*"|`/g, '')
    .replace(/\s+/g, ' ')
    .toLowerCase()
}

/** `extract(year from created)`, `on conflict do update set`, `for update`. */
function isOfFunction(sql: string, verb: string): boolean {
  return verb === 'from' && /\b(extract|substring|trim|overlay|position)\s*\(/.test(sql)
}

/** `insert into users (name, email)` */
function inserted(sql: string): SqlNames['columns'] {
  return [...sql.matchAll(/\binsert\s+(?:ignore\s+)?into\s+(?:\w+\.)?(\w+)\s*\(([^()]*)\)/g)].flatMap(
    ([, table = '', list = '']) =>
      list.split(',').flatMap((item) => (/^\s*\w+\s*$/.test(item) ? [{ table, column: item.trim() }] : [])),
  )
}

/** `update users set name = ?, email = ?` */
function changed(sql: string): SqlNames['columns'] {
  return [...sql.matchAll(/^\s*update\s+(?:\w+\.)?(\w+)\s+set\s+(.*?)(?:\s+(?:where|returning|from)\s.*)?$/g)].flatMap(
    ([, table = '', list = '']) =>
      [...withoutParts(list).matchAll(/(?:^|,)\s*(\w+)\s*=/g)].map(([, column = '']) => ({ table, column })),
  )
}

/** What the conditions and the order of a statement of one table name. */
function plain(sql: string, tables: ReadonlySet<string>): SqlNames['columns'] {
  const [table] = tables
  const isSimple = /^\s*(select|update|delete)\b/.test(sql) && (sql.match(/\bselect\b/g) ?? []).length < 2
  if (tables.size !== 1 || table === undefined || !isSimple || /\bjoin\b|,\s*\(|\blateral\b/.test(sql)) return []
  const named = new Set([...sql.matchAll(/\bas\s+(\w+)/g)].map(([, name = '']) => name))
  const condition = /\bwhere\b(.*?)(?:\b(?:group|order|limit|returning|for)\b|$)/.exec(sql)?.[1] ?? ''
  const order = /\border\s+by\s+([\w\s,]*?)(?:\blimit\b|\boffset\b|;|$)/.exec(sql)?.[1] ?? ''
  const asked = [
    ...condition.matchAll(
      /(?:\bwhere|\band|\bor|\(|^)\s*(?:not\s+)?(\w+)\s*(?:=|<>|!=|<|>|\blike\b|\bilike\b|\bin\s*\(|\bis\b)/g,
    ),
  ]
  const sorted = order.split(',').map((item) => /^\s*([a-z_]\w*)(?:\s+(?:asc|desc))?\s*$/.exec(item))
  return [...asked, ...sorted].flatMap((found) => {
    const column = found?.[1]
    return column === undefined ||
      named.has(column) ||
      /^(\d+|not|exists|null|true|false|case|rand|random)$/.test(column)
      ? []
      : [{ table, column }]
  })
}

/** A text without what stands in parentheses. */
function withoutParts(text: string): string {
  const inner = text.replace(/\([^()]*\)/g, '')
  return inner === text ? text : withoutParts(inner)
}
