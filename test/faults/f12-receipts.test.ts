import { expect } from '@jest/globals';
import { bookFile, install, phone, post, until, WRITER } from '../kit/installation.ts';
import { type JudgeEvent, startJudge } from '../kit/judge.ts';
import { acceptedOf, expectEachOnce } from './copies.ts';
import { promise } from './promise.ts';

const TEXT = 'Föräldramöte på tisdag 18.30';
const FINAL = ['delivered', 'undelivered', 'failed'];

promise(
  'F12',
  'receipts shuffled, doubled and before the create answer: the right final state, no step back',
  async (long) => {
    const members = long ? 1000 : 200;
    const judge = await startJudge({
      latency: '5-20',
      callbacks: 'delivered:0.8,undelivered:0.1,failed:0.1',
      cbShuffle: true,
      cbDup: 0.5,
      cbDelay: '0-50',
      seed: 12,
    });
    const place = await install(judge);
    try {
      // Half an hour: a handset that was off (30003) is not tried again after an hour, so the receipt's word is the last.
      await place.apply(bookFile({ members, book: ['latest_hours: 0.5'] }));
      await place.serve();
      // Every other answer comes after all its receipts, and of some the answer is lost.
      await judge.faults([
        { match: { every: 2 }, do: 'slow:500' },
        { match: { every: 7 }, do: 'accept_reset' },
      ]);
      expect(await place.text(WRITER, TEXT)).toBe(200);
      const copies = async () => acceptedOf(judge, TEXT);
      await until(async () => (await copies()).length >= members, 'all copies are accepted', 50_000);
      const ends = (log: readonly JudgeEvent[]) =>
        new Map(
          log
            .filter((line) => line.ev === 'callback' && FINAL.includes(String(line['status'])))
            .map((line) => [line.sid, line]),
        );
      await until(
        async () => {
          const log = ends(await judge.log());
          return (await copies()).every((copy) => log.has(copy.sid));
        },
        'every receipt has come',
        30_000,
      );
      await until(async () => (await place.look()).broadcasts[0]?.status === 'sent', 'the broadcast is sent');
      const log = await judge.log();
      const final = ends(log);
      const finals = (await copies()).map((copy) => String(final.get(copy.sid)?.['status']));
      const expected = {
        recipients: members,
        accepted: members - finals.filter((status) => status === 'failed').length,
        delivered: finals.filter((status) => status === 'delivered').length,
        failed: finals.filter((status) => status !== 'delivered').length,
        uncertain: 0,
        waiting: 0,
      };
      expect((await place.show()).broadcasts[0]).toMatchObject(expected);
      expect(log.filter((line) => line.ev === 'callback' && line['http'] !== 200)).toEqual([]);

      // Days later, everything again: older states after the final ones, and the other final ones.
      let replayed = 0;
      for (const copy of (await copies()).slice(0, long ? 300 : 60)) {
        for (const status of ['queued', 'sending', 'sent', 'undelivered', 'delivered', 'failed']) {
          const form = {
            MessageSid: copy.sid ?? '',
            SmsSid: copy.sid ?? '',
            MessageStatus: status,
            SmsStatus: status,
            AccountSid: judge.sid,
            To: copy.to ?? '',
            From: copy.from ?? '',
            ApiVersion: '2010-04-01',
          };
          const url = String(copy['status_callback']);
          expect(await post(url, url, form, judge.token)).toBe(200);
          replayed++;
        }
      }
      expect((await place.show()).broadcasts[0]).toMatchObject(expected);
      await expectEachOnce(
        judge,
        TEXT,
        Array.from({ length: members }, (_, n) => phone(n)),
      );
      const early = log.filter((line) => line.ev === 'callback').length;
      return {
        done: `${members} copies, ${early} receipts shuffled and doubled within 50 ms, half of the answers 500 ms late, a seventh lost; then ${replayed} old ones again`,
        figure: `${expected.delivered} delivered and ${expected.failed} failed as the provider has it, 0 steps back`,
      };
    } finally {
      await place.clear();
      await judge.stop();
    }
  },
);
