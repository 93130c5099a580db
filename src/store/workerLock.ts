import Sqlite from 'better-sqlite3';

/**
 * One worker on a SQLite file: two would each take the other's claims for those of a dead predecessor and send twice.
 * The lock is SQLite's own on a file beside the database, so the system frees it however the process ends.
 * Returns how to free it; null: another process has it.
 */
export function holdWorkerLock(databaseFile: string): (() => void) | null {
  const connection = new Sqlite(`${databaseFile}.worker`, { timeout: 0 });
  try {
    connection.pragma('journal_mode = delete');
    connection.exec('begin exclusive');
    return () => connection.close();
  } catch (error) {
    connection.close();
    if ((error as { code?: string }).code?.startsWith('SQLITE_BUSY')) return null;
    throw error;
  }
}
