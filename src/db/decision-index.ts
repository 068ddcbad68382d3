import type Sqlite from 'better-sqlite3'

/**
 * Two full-text indexes over the sections of decisions, kept in step by triggers; harmless when they exist. The first
 * finds words in any of their forms, the second parts of identifiers, such as Bouncer in PgBouncer.
 */
export function createDecisionIndex(connection: Sqlite.Database): void {
  connection.exec(
    [createIndex('decision_words', 'porter unicode61'), createIndex('decision_identifiers', 'trigram')].join('\n'),
  )
}

function createIndex(name: string, tokenizer: string): string {
  const columns = ['title', 'keywords', 'heading', 'text']
  const insert = `INSERT INTO ${name}(rowid, ${columns.join(', ')}) VALUES (new.id, ${columns.map((column) => `new.${column}`).join(', ')});`
  const remove = `INSERT INTO ${name}(${name}, rowid, ${columns.join(', ')}) VALUES ('delete', old.id, ${columns.map((column) => `old.${column}`).join(', ')});`
  return `
    CREATE VIRTUAL TABLE IF NOT EXISTS ${name} USING fts5(
      ${columns.join(', ')}, content='decision_sections', content_rowid='id', tokenize='${tokenizer}');
    CREATE TRIGGER IF NOT EXISTS ${name}_insert AFTER INSERT ON decision_sections BEGIN ${insert} END;
    CREATE TRIGGER IF NOT EXISTS ${name}_delete AFTER DELETE ON decision_sections BEGIN ${remove} END;
    CREATE TRIGGER IF NOT EXISTS ${name}_update AFTER UPDATE ON decision_sections BEGIN ${remove} ${insert} END;`
}
