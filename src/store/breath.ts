/** SQLite answers at once: between the pages of a long read others get their turn. */
export const breath = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
