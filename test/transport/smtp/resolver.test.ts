import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createDns, type Dns, DnsFault, remembered, withinBudget } from '../../../src/transport/smtp/resolver.ts';
import { type DnsStub, startDns, startSilentDns } from '../../kit/dns.ts';
import { describeVectors } from '../../kit/vectors.ts';

describeVectors('email/dns_stub.mjs', () => {
  const long = 'v=spf1 '.padEnd(3_000, 'ip4:127.0.0.1 ');
  let stub: DnsStub;
  let dns: Dns;
  beforeAll(async () => {
    stub = await startDns({
      'there.example': {
        TXT: ['v=spf1 -all'],
        A: ['127.0.0.1'],
        AAAA: ['2001:db8::1'],
        MX: [[10, 'mx.there.example']],
      },
      'long.example': { TXT: [long] },
      'anna+p12._spf.there.example': { A: ['127.0.0.2'], MX: [[5, 'mx.there.example']], TXT: ['ja'] },
      'broken+._spf.there.example': 'SERVFAIL',
      'silent+._spf.there.example': 'TIMEOUT',
      'broken.example': 'SERVFAIL',
      'refused.example': 'REFUSED',
      'silent.example': 'TIMEOUT',
    });
    dns = createDns([stub.server], 200);
  });
  afterAll(async () => {
    dns.close();
    await stub.stop();
  });

  test.each([
    ['there.example', 'TXT', [['v=spf1 -all']]],
    ['there.example', 'A', ['127.0.0.1']],
    ['there.example', 'AAAA', ['2001:db8::1']],
    ['there.example', 'MX', [{ exchange: 'mx.there.example', priority: 10 }]],
    // No host names, and so beyond what node's resolver will send.
    ['anna+p12._spf.there.example', 'A', ['127.0.0.2']],
    ['anna+p12._spf.there.example', 'MX', [{ exchange: 'mx.there.example', priority: 5 }]],
    ['anna+p12._spf.there.example', 'TXT', [['ja']]],
  ])('%s %s', async (name, type, records) => {
    expect(await dns.resolve(name, type)).toMatchObject(records);
  });

  test('an answer that is too long for UDP comes over TCP', async () => {
    const [texts] = (await dns.resolve('long.example', 'TXT')) as string[][];
    expect(texts?.join('')).toBe(long);
  });

  test.each([
    ['nowhere.example', 'TXT', 'ENOTFOUND'],
    ['there.example', 'PTR', 'ENODATA'],
    ['no+where._spf.there.example', 'A', 'ENOTFOUND'],
    ['anna+p12._spf.there.example', 'AAAA', 'ENODATA'],
    ['broken.example', 'TXT', 'ETIMEOUT'],
    ['refused.example', 'TXT', 'ETIMEOUT'],
    ['silent.example', 'TXT', 'ETIMEOUT'],
    ['broken+._spf.there.example', 'A', 'ETIMEOUT'],
    ['silent+._spf.there.example', 'A', 'ETIMEOUT'],
    ['', 'TXT', 'ENOTFOUND'],
    ['a..example', 'TXT', 'ENOTFOUND'],
    ['å.example', 'TXT', 'ENOTFOUND'],
    [`${'x'.repeat(64)}.example`, 'TXT', 'ENOTFOUND'],
    [`${'x.'.repeat(200)}example`, 'TXT', 'ENOTFOUND'],
  ])('%s %s is %s', async (name, type, code) => {
    const budget = withinBudget(dns.resolve, 2_000);
    await expect(budget.resolve(name, type)).rejects.toMatchObject({ code });
    expect(budget.hadFault()).toBe(code === 'ETIMEOUT');
  });

  test('nobody there at all', async () => {
    const silent = await startSilentDns();
    await silent.stop();
    const away = createDns([silent.server], 200);
    await expect(away.resolve('there.example', 'TXT')).rejects.toMatchObject({ code: 'ETIMEOUT' });
    away.close();
  });

  test('only time in which a question is open counts', async () => {
    let answer: (() => void) | undefined;
    const budget = withinBudget(() => new Promise((resolve) => (answer = () => resolve([]))), 1_000);
    const first = budget.resolve('a.example', 'A');
    answer?.();
    await first;
    // More than the budget goes by, but nothing is asked: a mail that arrives slowly.
    await new Promise((resolve) => setTimeout(resolve, 1_200));
    const second = budget.resolve('b.example', 'A');
    answer?.();
    await second;
    const begun = performance.now();
    const both = [budget.resolve('c.example', 'A'), budget.resolve('d.example', 'A')];
    await Promise.all(both.map((one) => expect(one).rejects.toMatchObject({ code: 'ETIMEOUT' })));
    await expect(budget.resolve('e.example', 'A')).rejects.toMatchObject({ code: 'ETIMEOUT' });
    expect(performance.now() - begun).toBeLessThan(2_500);
  });
});

describe('answers that are kept', () => {
  const world = () => {
    let time = 0;
    const asked: string[] = [];
    const resolve = remembered(
      async (name, type) => {
        asked.push(`${type} ${name}`);
        if (name === 'gone.example') throw new DnsFault('ENOTFOUND', 'ENOTFOUND');
        if (name === 'silent.example') throw new DnsFault('ETIMEOUT', 'ETIMEOUT');
        return [[name]];
      },
      () => time,
    );
    const ask = (name: string) => resolve(name, 'TXT').catch(({ code }: DnsFault) => code);
    return { asked, ask, pass: (ms: number) => (time += ms) };
  };

  test.each([
    ['a record, in any case of letters', ['there.example', 'There.Example'], 1],
    ['that there is none', ['gone.example', 'gone.example'], 1],
    ['but never a fault', ['silent.example', 'silent.example'], 2],
    ['each name by itself', ['there.example', 'other.example'], 2],
  ])('%s', async (_, names, times) => {
    const { asked, ask } = world();
    for (const name of names) await ask(name);
    expect(asked).toHaveLength(times);
  });

  test('half a minute, no longer', async () => {
    const { asked, ask, pass } = world();
    await ask('there.example');
    pass(29_999);
    await ask('there.example');
    expect(asked).toHaveLength(1);
    pass(1);
    await ask('there.example');
    expect(asked).toHaveLength(2);
  });

  test('a thousand names, then the oldest is asked again', async () => {
    const { asked, ask } = world();
    for (let n = 0; n <= 1_000; n++) await ask(`n${n}.example`);
    await ask('n1.example');
    expect(asked).toHaveLength(1_001);
    await ask('n0.example');
    expect(asked).toHaveLength(1_002);
  });
});
