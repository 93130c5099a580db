import type { MailProof } from '../../core/mail.ts';
import { isPageKey } from '../../i18n/pages/index.ts';
import type { AnyPage } from './page.ts';

/** Why it is not known who wrote a mail, one sentence: "Det gick inte att bevisa vem som skrev: …". */
export function proofText({ t }: Pick<AnyPage, 't'>, { proven, reasons }: MailProof): string {
  if (proven) return t('mail.proof.proven');
  const words = reasons.map((code) => {
    const key = `mail.proof.${code}`;
    return isPageKey(key) ? t(key) : t('mail.proof.other');
  });
  return `${t('mail.proof.unproven')} ${[...new Set(words)].join(', ') || t('mail.proof.other')}.`;
}
