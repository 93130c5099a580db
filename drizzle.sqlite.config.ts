import { defineConfig } from 'drizzle-kit';

/** `npx drizzle-kit generate --config drizzle.sqlite.config.ts` writes the next migration; never edit a released one. */
export default defineConfig({ dialect: 'sqlite', schema: './src/store/schema.sqlite.ts', out: './db/sqlite' });
