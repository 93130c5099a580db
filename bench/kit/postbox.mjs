import { makeCertificate } from './certificate.mjs';
import { startScript } from './processes.mjs';

/** The text of a copy that only benches send; the stand-in counts bodies that hold it. */
export const MARKER = encodeURIComponent('Matchen på lördag');
/** Connections to the provider: what the project uses, and so what every side gets. */
export const CONNECTIONS = 50;

/** The stand-in for Twilio, with the environment that makes a node process trust it. */
export async function startPostbox(folder) {
  const { certificate, key } = makeCertificate(folder);
  const standIn = await startScript('kit/standIn.mjs', { args: [certificate, key] });
  const url = `https://127.0.0.1:${standIn.ready.port}`;
  return {
    url,
    pid: standIn.pid,
    env: { TWILIO_API_URL: url, NODE_EXTRA_CA_CERTS: certificate },
    expect: (count) => standIn.ask({ do: 'expect', marker: MARKER, count }),
    /** Resolves when so many copies were answered, or after `mostMs`; each address must have had exactly one. */
    async arrived(count, mostMs = 8_000) {
      const seen = await standIn.ask({ do: 'wait', mostMs });
      if (seen.marked > count || seen.distinct !== seen.marked || seen.marked === 0)
        throw new Error(`${seen.marked} copies to ${seen.distinct} addresses instead of ${count}`);
      return { ...seen, perSecond: (seen.marked * 1000) / (seen.last - seen.first) };
    },
    count: () => standIn.ask({ do: 'count' }),
    stop: standIn.stop,
  };
}
