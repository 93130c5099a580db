import { dataFolder, loadConfig } from '../config.ts';
import type { Book } from '../core/book.ts';
import type { VirtualNumber } from '../core/organisation.ts';
import { readNumberSetup } from '../providers/twilioNumber.ts';
import { type Context, withContext } from './context.ts';
import type { Finding } from './finding.ts';
import { Stopped } from './installation.ts';
import { mailFindings } from './mailDoctor.ts';
import { print, printJson } from './print.ts';
import { signOnFindings } from './signOnDoctor.ts';

/** `startstopp doctor`: settings, database, public address, each number, and who answers which word. */
export async function doctor(options: { json?: boolean }): Promise<void> {
  const config = loadConfig();
  const findings: Finding[] = [{ what: 'settings', state: 'ok', says: 'all can be read' }];
  await withContext(async (context) => {
    findings.push(await database(context), publicUrl(config.publicUrl), twilio(context));
    const [numbers, books] = [await context.store.reads.numbers(), await context.store.reads.books()];
    for (const number of numbers) findings.push(...(await numberFindings(number, books, context)));
    for (const organisation of await context.store.reads.organisations())
      findings.push(...(await signOnFindings(organisation, context)));
    findings.push(...(await mailFindings(config, dataFolder(config))));
    for (const book of books) findings.push(...(await bookFindings(book, context)));
    if (numbers.length === 0)
      findings.push({ what: 'numbers', state: 'warn', says: 'none yet; startstopp apply FILE.yaml makes them' });
  });
  if (options.json) printJson(findings);
  else for (const { what, state, says } of findings) print(`${state.padEnd(4)}  ${what}: ${says}`);
  if (findings.some(({ state }) => state === 'bad'))
    throw new Stopped('Something does not work yet; see the lines marked bad.');
}

async function database({ store }: Context): Promise<Finding> {
  const report = await store.ledger.verify();
  if (report.breaks.length > 0)
    return { what: 'database', state: 'bad', says: 'the consent ledger does not hold; run startstopp ledger verify' };
  return {
    what: 'database',
    state: 'ok',
    says: `${store.dialect}, schema up to date, ledger of ${report.lines} lines holds`,
  };
}

function publicUrl(url: string): Finding {
  const { hostname, protocol } = new URL(url);
  if (hostname === 'localhost' || hostname.startsWith('127.'))
    return {
      what: 'PUBLIC_URL',
      state: 'warn',
      says: 'is this machine; a provider cannot reach it. Fine for the simulator',
    };
  if (protocol !== 'https:')
    return { what: 'PUBLIC_URL', state: 'warn', says: 'is not https; texts and numbers would travel in the open' };
  return { what: 'PUBLIC_URL', state: 'ok', says: 'is https and public' };
}

function twilio({ config }: Context): Finding {
  return config.twilioAccountSid
    ? { what: 'Twilio', state: 'ok', says: 'account and token are set' }
    : { what: 'Twilio', state: 'warn', says: 'not set up; numbers with provider twilio neither send nor receive' };
}

const WORDS: Record<VirtualNumber['providerKeywords'], string> = {
  default:
    'the provider itself answers STOP STOPALL UNSUBSCRIBE CANCEL END QUIT REVOKE OPTOUT, HELP and INFO in English and blocks who stops; STOPP, HJÄLP and all other words are answered by us',
  advanced:
    'the provider answers the words of its Advanced Opt-Out with your own texts; we stay silent on those and answer all others',
  off: 'every word is answered by us',
};

async function numberFindings(number: VirtualNumber, books: readonly Book[], context: Context): Promise<Finding[]> {
  const own = books.filter((book) => book.numberId === number.id);
  const what = `number ${number.e164}`;
  const found: Finding[] = [
    {
      what,
      state: own.length > 0 ? 'ok' : 'warn',
      says:
        own.length > 0
          ? `carries ${own.map((book) => book.address).join(', ')} at ${number.partsPerSecond} parts a second`
          : 'carries no book',
    },
    { what, state: 'ok', says: WORDS[number.providerKeywords] },
  ];
  if (own.length > 1 && number.providerKeywords !== 'off')
    found.push({ what, state: 'warn', says: `a STOP at the provider stops all ${own.length} books on it, not one` });
  if (number.provider === 'twilio') found.push(await twilioNumber(number, context));
  return found;
}

/** Whether the number's texts come to us; what Twilio does not tell is said, so that a person can look. */
async function twilioNumber({ e164 }: VirtualNumber, { config }: Context): Promise<Finding> {
  const what = `number ${e164}`;
  const { twilioAccountSid: accountSid, twilioAuthToken: authToken, twilioApiUrl: apiUrl } = config;
  if (!accountSid || !authToken)
    return { what, state: 'bad', says: 'is a Twilio number, but TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN are not set' };
  const wanted = `${config.publicUrl}/webhooks/twilio/sms`;
  const advice = `set "A message comes in" to POST ${wanted}#rc=5&rp=all and the fallback to the same; without the ending a text is lost while we are down`;
  const setup = await readNumberSetup({ accountSid, authToken, apiUrl }, e164);
  if (!setup)
    return { what, state: 'warn', says: `Twilio does not tell how it is set up. Look there yourself: ${advice}` };
  if (!setup.smsUrl.startsWith(wanted) || setup.smsMethod.toUpperCase() !== 'POST')
    return { what, state: 'bad', says: `its texts do not come here; ${advice}` };
  if (!setup.smsUrl.includes('#') || !setup.smsFallbackUrl.startsWith(wanted))
    return { what, state: 'warn', says: `its texts come here, but ${advice}` };
  return { what, state: 'ok', says: 'its texts come here, are tried again, and have a fallback' };
}

async function bookFindings(book: Book, { store, config }: Context): Promise<Finding[]> {
  const [writers, functionaries] = [await store.reads.writers(book.id), await store.reads.functionaries(book.id)];
  const what = `book ${book.address}`;
  const found: Finding[] = [];
  if (writers.length === 0 && book.senders === 'writers')
    found.push({ what, state: 'warn', says: 'has no writer, so nobody can send to it' });
  if (functionaries.length === 0)
    found.push({
      what,
      state: 'warn',
      says: 'has no functionary, so nobody is told what others write; it stands in the log only',
    });
  if (config.mailUrl === null && functionaries.some((address) => address.includes('@')))
    found.push({
      what,
      state: 'warn',
      says: 'has functionaries with mail addresses, and no MAIL_URL to reach them by',
    });
  return found;
}
