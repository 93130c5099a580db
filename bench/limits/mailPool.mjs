import { createTransport } from 'nodemailer';
import { CONNECTIONS, DOMAIN, sampleMail } from '../kit/mails.mjs';
import { answering } from '../kit/processes.mjs';

/**
 * nodemailer's own pool with the project's connections, mails a connection, headers and texts, each its own message with
 * its own link and return path. No store, nothing kept, nothing tried again.
 */
const pool = createTransport({
  url: process.env.MAIL_URL,
  pool: true,
  maxConnections: CONNECTIONS,
  maxMessages: 200,
  name: DOMAIN,
});

answering({}, async ({ count, first, mostMs }) => {
  const until = performance.now() + mostMs;
  const cpu = process.cpuUsage();
  let next = 0;
  const lane = async () => {
    while (next < count && performance.now() < until) await pool.sendMail(sampleMail(first + next++));
  };
  // Twice as many as connections: one is ready whenever a connection is free.
  await Promise.all(Array.from({ length: 2 * CONNECTIONS }, lane));
  const { user, system } = process.cpuUsage(cpu);
  return { cpuSeconds: (user + system) / 1e6 };
});
