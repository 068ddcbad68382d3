import type Sqlite from 'better-sqlite3'

/** Creates the full-text index over messages and the triggers that keep it in step; harmless when it exists. */
export function createSearchIndex(connection: Sqlite.Database): void {
  connection.exec(`
    CREATE VIRTUAL TABLE IF NOT EXISTS messages_text USING fts5(
      text, content='messages', content_rowid='id', tokenize='porter unicode61');
    CREATE TRIGGER IF NOT EXISTS messages_text_insert AFTER INSERT ON messages BEGIN
      INSERT INTO messages_text(rowid, text) VALUES (new.id, new.text);
    END;
    CREATE TRIGGER IF NOT EXISTS messages_text_delete AFTER DELETE ON messages BEGIN
      INSERT INTO messages_text(messages_text, rowid, text) VALUES ('delete', old.id, old.text);
    END;
    CREATE TRIGGER IF NOT EXISTS messages_text_update AFTER UPDATE OF text ON messages BEGIN
      INSERT INTO messages_text(messages_text, rowid, text) VALUES ('delete', old.id, old.text);
      INSERT INTO messages_text(rowid, text) VALUES (new.id, new.text);
    END;
  `)
}
