import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeLeaveToken } from '../app/leaveLink.ts';
import { dataFolder } from '../config.ts';
import { makeReturnPath, messageIdOf } from '../core/returnPath.ts';
import type { Provider } from '../ports/provider.ts';
import { createSmtpProvider } from '../providers/smtp.ts';
import type { Context } from './context.ts';

/** Of the key that `startstopp dkim create` makes: `<selector>._domainkey.LIST_DOMAIN`. */
export const DKIM_SELECTOR = 'startstopp';
export const DKIM_FILE = 'dkim.pem';

/** Mail through the smarthost; null without MAIL_URL: then mail waits, and the toolbox says so. */
export function openMailOut({ config, store, clock, keyed, log }: Context): Provider | null {
  if (config.mailUrl === null) return null;
  const { listDomain: domain, publicUrl } = config;
  const key = join(dataFolder(config), DKIM_FILE);
  return createSmtpProvider({
    url: config.mailUrl,
    domain,
    dkim: existsSync(key) ? { selector: DKIM_SELECTOR, privateKey: readFileSync(key, 'utf8') } : null,
    returnPath: (deliveryId) => makeReturnPath(deliveryId, keyed.mac),
    messageId: (deliveryId) => messageIdOf(deliveryId, domain, keyed.mac),
    leaveLink: (memberId) => `${publicUrl}/leave/${makeLeaveToken(memberId, keyed)}`,
    wholeMail: store.reads.wholeMail,
    now: () => clock.now(),
    log,
  });
}
