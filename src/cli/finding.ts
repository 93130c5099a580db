/** One thing that `doctor` looked at. `warn`: works, but read this. `bad`: does not work until it is mended. */
export type Finding = { what: string; state: 'ok' | 'warn' | 'bad'; says: string };
