import { defineConfig } from 'drizzle-kit';

/** `npx drizzle-kit generate --config drizzle.postgres.config.ts` writes the next migration; never edit a released one. */
export default defineConfig({ dialect: 'postgresql', schema: './src/store/schema.postgres.ts', out: './db/postgres' });
