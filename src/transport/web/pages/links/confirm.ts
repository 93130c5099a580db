import { lookAtToken, type TokenOutcome, useToken } from '../../../../app/confirmMail.ts';
import { composeCopy } from '../../../../core/copy.ts';
import { proofText } from '../../mailWords.ts';
import type { AnyPage } from '../../page.ts';
import { lookUp, people, say, sayBusy, sayUnknown, speak } from './linkPage.ts';

/** A held mail, looked at by its link; null: it is answered. */
const held = (page: AnyPage) =>
  lookUp(page, async () => {
    const looked = await lookAtToken(page.param('token'), page.deps);
    return looked?.purpose === 'send' ? looked : null;
  });

/** `/confirm/:token` (M-2): the mail that waits, whom it would go to, and why it was held. */
export async function showMail(asked: AnyPage): Promise<void> {
  const looked = await held(asked);
  if (!looked) return;
  const { book, broadcast, mail, count, state } = looked;
  const page = speak(asked, book.locale);
  if (state !== 'open') return sayNotSent(page, state, book.name);
  const toWhom = people(page, count);
  const { t } = page;
  const confirming = await page.deps.store.reads.confirmingWriters(book.id);
  const why = confirming.includes(broadcast.writer)
    ? t('mail.confirm.always')
    : mail && !mail.proof.proven
      ? proofText(page, mail.proof)
      : t('mail.confirm.doubt');
  say(page, {
    title: t('mail.confirm.title', { people: toWhom, book: book.name }),
    texts: [`${t('mail.confirm.why')} ${why}`],
    quote: {
      quoteTitle: mail?.subject ?? '',
      quoteText: composeCopy(broadcast.header, broadcast.text, broadcast.footer),
      quoteNote: t(broadcast.parts === 1 ? 'mail.confirm.part' : 'mail.confirm.parts', { parts: broadcast.parts }),
    },
    act: { actText: t('mail.confirm.do', { people: toWhom }), actDo: 'send', actTone: 'signal' },
    after: t('mail.confirm.not'),
  });
}

export async function confirmMail(asked: AnyPage): Promise<void> {
  const looked = await held(asked);
  if (!looked) return;
  const { book } = looked;
  const page = speak(asked, book.locale);
  const result = await useToken(page.param('token'), page.deps);
  if (!result.ok) return sayNotSent(page, result.why, book.name);
  const count = 'count' in result ? result.count : looked.count;
  say(page, {
    title: page.t('mail.sent', { people: people(page, count) }),
    texts: [page.t('mail.sent.text', { book: book.name })],
  });
}

const STATUS = { used: 410, over: 410, not_writer: 409, storm: 409, nobody: 409 } as const;

function sayNotSent(page: AnyPage, why: Extract<TokenOutcome, { ok: false }>['why'], book: string): void {
  if (why === 'unknown') return sayUnknown(page);
  if (why === 'busy') return sayBusy(page);
  say(page, {
    title: page.t(`mail.confirm.${why}`, { book }),
    texts: [page.t(`mail.confirm.${why}.text`, { book })],
    status: STATUS[why],
  });
}
