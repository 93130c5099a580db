import { expect } from '@jest/globals';
import { type Installation, install, NUMBER, phone, until, WRITER } from '../kit/installation.ts';
import { type Judge, type JudgeEvent, type JudgeRule, startJudge } from '../kit/judge.ts';
import { acceptedOf, expectEachOnce, showBook } from './copies.ts';
import { promise } from './promise.ts';

const OTHER_NUMBER = '+46766861002';
/** Each is what the first request for some of the copies meets; the rest of the list's requests go well. */
const ANSWERS = [
  ...['429', '500', '503', 'reset', 'close', 'hang'],
  ...['accept_500', 'accept_reset', 'accept_half', 'accept_badjson', 'accept_html200', 'accept_hang', 'slow:2000'],
];
const RATE = 40;

/** Two lists on two numbers of one account: one meets the faults, the other must not notice. */
const twoLists = (hit: number, calm: number): string => `
organisation: { name: Lunds IK, locale: sv, timezone: Europe/Stockholm, country: SE }
numbers:
${[NUMBER, OTHER_NUMBER].map((number) => `  - { number: "${number}", provider: twilio, parts_per_second: ${RATE}, provider_keywords: off }`).join('\n')}
books:
${list('p12', NUMBER, 0, hit)}${list('p14', OTHER_NUMBER, 2000, calm)}`;

const list = (address: string, number: string, from: number, members: number): string => `
  - { name: ${address.toUpperCase()}, address: ${address}, number: "${number}", sms_name: ${address.toUpperCase()}, confirm_above: off, header: "", footer: false, writers: ["${WRITER}"],
      members: [${people(from, members)
        .map((to) => `{ phone: "${to}" }`)
        .join(', ')}] }
`;
const people = (from: number, members: number): string[] => Array.from({ length: members }, (_, n) => phone(from + n));

promise(
  'F4-F7',
  '429, 5xx, hang, reset, half answers, wrong JSON: lost 0, duplicates 0, Retry-After kept, others at least 70 %',
  async (long) => {
    const bad = ANSWERS.length * (long ? 20 : 2);
    // Every third copy meets one: a number that gets nothing but bad answers is left alone for a while, on purpose.
    const hit = people(0, bad * 3);
    const calm = people(2000, long ? 600 : 120);
    const judge = await startJudge({ latency: '5-20' });
    const place = await install(judge);
    try {
      await place.apply(twoLists(hit.length, calm.length));
      await place.serve();
      const usual = await both(place, judge, hit, calm, 'Helgens tider', []);
      // A rule for each copy and not for each answer: a copy that is tried again must not use up another's turn.
      const rules = Array.from({ length: bad }, (_, n): JudgeRule => {
        return { match: { to: `${hit[n * 3]?.slice(1)}$` }, times: 1, do: ANSWERS[n % ANSWERS.length] ?? '' };
      });
      const faulty = await both(place, judge, hit, calm, 'Nya tider', rules);
      const share = faulty.rate / usual.rate;
      const log = await judge.log();
      const met = new Set(log.map((line) => String(line['do'] ?? line['fault'] ?? '')));
      expect(ANSWERS.filter((answer) => !met.has(answer))).toEqual([]);
      expect(tooEarly(log, long ? 250 : 600)).toEqual([]);
      for (const address of ['p12', 'p14'])
        expect((await showBook(place, address)).broadcasts[0]).toMatchObject({ status: 'sent', uncertain: 0 });
      // The short form lasts three seconds, of which a busy machine may take one.
      expect(share).toBeGreaterThanOrEqual(long ? 0.7 : 0.5);
      return {
        done: `${ANSWERS.length} kinds of bad answers, ${rules.length} in all, on one of two numbers of an account`,
        figure: `lost 0, duplicates 0, uncertain 0, the other number at ${Math.round(share * 100)} %`,
      };
    } finally {
      await place.clear();
      await judge.stop();
    }
  },
  360_000,
);

/** Broadcasts to both lists at once; the calm one's rate is what the provider saw of it, a second. */
async function both(
  place: Installation,
  judge: Judge,
  hit: readonly string[],
  calm: readonly string[],
  what: string,
  rules: readonly JudgeRule[],
): Promise<{ rate: number }> {
  const [first, second] = [`${what}, P12`, `${what}, P14`];
  await judge.faults(rules);
  expect(await place.text(WRITER, first)).toBe(200);
  expect(await place.text(WRITER, second, { params: { To: OTHER_NUMBER } })).toBe(200);
  await until(async () => (await acceptedOf(judge, second)).length >= calm.length, 'the calm list is served', 60_000);
  await until(async () => (await acceptedOf(judge, first)).length >= hit.length, 'the hit list is served', 90_000);
  // What hung is given up and looked up last of all.
  for (const address of ['p12', 'p14'])
    await until(
      async () => (await showBook(place, address)).broadcasts[0]?.status === 'sent',
      `${address} is sent`,
      180_000,
    );
  await expectEachOnce(judge, first, hit);
  await expectEachOnce(judge, second, calm);
  const times = (await acceptedOf(judge, second)).map((line) => Number(line['t']));
  return { rate: (times.length * 1000) / Math.max(1, Math.max(...times) - Math.min(...times)) };
}

/** Requests on a number inside the second that a 429 asked for; what was under way when it came is not meant, ms. */
function tooEarly(log: readonly JudgeEvent[], underWay: number): JudgeEvent[] {
  const told = log.filter((line) => line.ev === 'fault' && line['do'] === '429');
  expect(told.length).toBeGreaterThan(0);
  return log.filter((line) => {
    const t = Number(line['t']);
    const sends = line.ev === 'accepted' || line.ev === 'fault';
    return (
      sends && told.some((no) => no.from === line.from && t > Number(no['t']) + underWay && t < Number(no['t']) + 990)
    );
  });
}
