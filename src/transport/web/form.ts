/** The fields of a form or query, whatever the browser sent: a name may come once, many times or not at all. */
export type Form = {
  /** The first value, trimmed of nothing; '' = it did not come. */
  text(name: string): string;
  /** Trimmed, on one line. */
  line(name: string): string;
  /** Every value: ticked boxes. */
  all(name: string): string[];
  has(name: string): boolean;
  /** A whole number, or null. */
  number(name: string): number | null;
  names(): string[];
};

/** `raw`: what the body parser or the query parser made. */
export function formOf(raw: unknown): Form {
  const fields = new Map<string, string[]>();
  if (typeof raw === 'object' && raw !== null) {
    for (const [name, value] of Object.entries(raw)) {
      const values = (Array.isArray(value) ? value : [value]).filter((each) => typeof each === 'string');
      fields.set(name, values as string[]);
    }
  }
  const text = (name: string): string => fields.get(name)?.[0] ?? '';
  return {
    text,
    line: (name) => text(name).replace(/\s+/g, ' ').trim(),
    all: (name) => fields.get(name) ?? [],
    has: (name) => fields.has(name),
    number(name) {
      const value = text(name).trim();
      return /^-?\d{1,9}$/.test(value) ? Number(value) : null;
    },
    names: () => [...fields.keys()],
  };
}
