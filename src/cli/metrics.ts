import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import type { Store } from '../ports/store.ts';

/** Prometheus' registry with what an operator watches; labels hold ids and results, never a number or an address. */
export function createMetrics(store: Store, stats: () => Record<string, number>) {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const webhooks = new Counter({
    name: 'twilio_webhooks_total',
    help: 'Webhooks of Twilio by kind and result.',
    labelNames: ['hook', 'result'],
    registers: [registry],
  });
  new Gauge({
    name: 'deliveries_waiting',
    help: 'Deliveries in the queue, by virtual number.',
    labelNames: ['number'],
    registers: [registry],
    async collect() {
      this.reset();
      for (const { numberId, queued } of await store.outbox.backlog()) this.set({ number: numberId }, queued);
    },
  });
  new Gauge({
    name: 'worker',
    help: 'What this process’s worker has done since its start.',
    labelNames: ['what'],
    registers: [registry],
    collect() {
      for (const [what, value] of Object.entries(stats())) this.set({ what }, value);
    },
  });
  return { registry, count: (_name: string, labels: { hook: string; result: string }) => webhooks.inc(labels) };
}
