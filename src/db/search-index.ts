import type Sqlite from 'better-sqlite3'

const rowsAtATime = 500

/**
 * The full-text index over messages. It is brought up to date before a search and not when a message is stored:
 * indexing costs more than everything else that accepting an event does.
 */
export class SearchIndex {
  readonly #catchUp: Sqlite.Statement
  readonly #remember: Sqlite.Statement

  /** Creates the index and the triggers that keep it in step with edits and deletions; harmless when they exist. */
  constructor(connection: Sqlite.Database) {
    connection.exec(`
      CREATE VIRTUAL TABLE IF NOT EXISTS messages_text USING fts5(
        text, content='messages', content_rowid='id', tokenize='porter unicode61');
      CREATE TABLE IF NOT EXISTS messages_indexed (last_id INTEGER NOT NULL);
      INSERT INTO messages_indexed SELECT 0 WHERE NOT EXISTS (SELECT 1 FROM messages_indexed);
      CREATE TRIGGER IF NOT EXISTS messages_text_delete AFTER DELETE ON messages
      WHEN old.id <= (SELECT last_id FROM messages_indexed) BEGIN
        INSERT INTO messages_text(messages_text, rowid, text) VALUES ('delete', old.id, old.text);
      END;
      CREATE TRIGGER IF NOT EXISTS messages_text_update AFTER UPDATE OF text ON messages
      WHEN old.id <= (SELECT last_id FROM messages_indexed) BEGIN
        INSERT INTO messages_text(messages_text, rowid, text) VALUES ('delete', old.id, old.text);
        INSERT INTO messages_text(rowid, text) VALUES (new.id, new.text);
      END;
    `)
    this.#catchUp = connection.prepare(`
      INSERT INTO messages_text(rowid, text)
      SELECT id, text FROM messages WHERE id > (SELECT last_id FROM messages_indexed) ORDER BY id LIMIT ${rowsAtATime}`)
    this.#remember = connection.prepare(`
      UPDATE messages_indexed SET last_id = coalesce(
        (SELECT max(id) FROM (SELECT id FROM messages WHERE id > last_id ORDER BY id LIMIT ${rowsAtATime})), last_id)`)
  }

  /** Indexes the next messages, inside a write; false when none is left. */
  catchUp(): boolean {
    const { changes } = this.#catchUp.run()
    if (changes > 0) this.#remember.run()
    return changes === rowsAtATime
  }
}
