import { whyGot } from '../../../../app/desk/whyGot.ts';
import { composeCopy } from '../../../../core/copy.ts';
import { isMailAddress } from '../../../../core/mail.ts';
import type { Member } from '../../../../core/member.ts';
import { formatNational } from '../../../../core/phoneNumber.ts';
import { partBorders } from '../../../../core/segments.ts';
import type { StatusThen, Why } from '../../../../core/whyDelivery.ts';
import type { BookPage } from '../../page.ts';
import { baseOf, joinWord, numberText } from '../members/words.ts';
import { reasonText } from '../sending/outcomes.ts';
import { audienceText, bubbleOf } from '../sending/words.ts';
import { voiceOf } from '../sending/write.ts';
import { isMailed } from './story.ts';
import { adviceOf, called, found, momentOf } from './who.ts';

/** GET …/members/:member/broadcasts/:broadcast: did this person get it, and why or why not. */
export async function why(page: BookPage): Promise<void> {
  const member = await found(page);
  if (!member) return;
  const { book, organisation, deps, t } = page;
  const broadcast = await deps.store.reads.broadcast(page.param('broadcast'));
  if (broadcast?.bookId !== book.id) return page.refuse(404);
  const { lines, stood, wentAt, copies } = await whyGot({ book, organisation, member, broadcast }, deps);
  const who = called(page, member);
  const voice = voiceOf(page);
  const whole = composeCopy(broadcast.header, broadcast.text, broadcast.footer);
  const verdict = lines.some(({ got }) => got === true)
    ? 'yes'
    : lines.every(({ got }) => got === false)
      ? 'no'
      : 'open';
  const begun = wentAt !== null || !['held', 'scheduled', 'expired'].includes(broadcast.status);
  page.render('person/why', {
    title: t('person.why.title', { who }),
    verdict: t(`person.why.${verdict}`),
    verdictTone: verdict === 'yes' ? 'notice-good' : verdict === 'no' ? 'notice-warn' : '',
    bubble: bubbleOf(voice, whole, partBorders(whole)),
    lines: lines.map((line) => {
      const copy = copies.find(({ id }) => id === line.deliveryId);
      const at = line.at ?? copy?.claimedAt ?? wentAt ?? broadcast.dueAt;
      const address = copy?.address ?? (line.by === 'mail' ? member.mail : member.phone) ?? '';
      return wordsOf(page, member, line, { at, address, outcome: copy ? t(`sending.outcome.${copy.status}`) : '' });
    }),
    sentAt: begun ? momentOf(page, wentAt ?? broadcast.dueAt) : null,
    stoodText: begun ? stoodText(page, stood) : '',
    who,
    stoodName: t('person.why.stood', { who }),
    audience: audienceText(voice, broadcast.audience),
    isPart: broadcast.audience !== null,
    copies: copies.map((copy) => ({
      address: addressOf(page, copy.address),
      outcome: isMailed(copy.status, copy.address) ? t('person.story.mailed') : t(`sending.outcome.${copy.status}`),
      reason: reasonText(voice, copy.reason),
      attempts: copy.attempts,
      answeredAt: copy.settledAt === null ? null : momentOf(page, copy.settledAt),
      providerId: copy.providerId ?? '',
    })),
    several: copies.some(({ attempts }) => attempts > 1),
    personHref: `${baseOf(page)}/members/${member.id}`,
    toPerson: t('person.why.toPerson', { who: member.name || who }),
    broadcastHref: `${baseOf(page)}/broadcasts/${broadcast.id}`,
  });
}

const addressOf = ({ organisation, t }: BookPage, address: string): string =>
  isMailAddress(address)
    ? t('person.why.by.mail', { address })
    : t('person.why.by.sms', { address: formatNational(address, organisation.country) });

function wordsOf(
  page: BookPage,
  member: Member,
  line: Why,
  { at, address, outcome }: { at: number; address: string; outcome: string },
) {
  const { t } = page;
  const params = {
    who: called(page, member),
    when: momentOf(page, at).momentText,
    number: numberText(page),
    word: joinWord(page),
    outcome: outcome.toLocaleLowerCase(page.locale),
  };
  const advice = adviceOf(line, member);
  const reason = line.code === 'shared' ? '' : reasonText(page, line.reason);
  return {
    byText: line.by === null ? '' : addressOf(page, address),
    sentence: t(
      line.code === 'chose_other' ? `person.why.chose_other.${line.by ?? 'sms'}` : `person.why.${line.code}`,
      params,
    ),
    reason,
    backText:
      line.backAt === null ? '' : t('person.why.back', { ...params, when: momentOf(page, line.backAt).momentText }),
    advice: advice === null ? '' : t(advice, params),
    tone: line.got === true ? 'is-good' : line.got === false ? 'is-warn' : 'is-signal',
  };
}

function stoodText(page: BookPage, { status, since }: { status: StatusThen; since: number | null }): string {
  const { t } = page;
  const word = status === 'none' || status === 'gone' ? t(`person.why.stood.${status}`) : t(`member.${status}`);
  return since === null ? word : t('person.why.stood.since', { status: word, when: momentOf(page, since).momentText });
}
