/**
 * A file that somebody uploads to a book: kept while they look at the preview and choose columns, then the state of its
 * import, so that any process can show it. Housekeeping removes it within a day.
 */
export type Upload = {
  id: string;
  organisationId: string;
  bookId: string;
  userId: string;
  fileName: string;
  status: 'waiting' | 'running' | 'done' | 'refused' | 'broken';
  done: number;
  total: number;
  /** What became of it, as the page shows it; null while it waits or runs. */
  report: unknown;
  createdAt: number;
  updatedAt: number;
};

/** A piece of the decoded text, or of the report: what became of each row. */
export type UploadPiece = {
  uploadId: string;
  part: 'content' | 'report';
  /** From 0. */
  no: number;
  createdAt: number;
  text: string;
};
