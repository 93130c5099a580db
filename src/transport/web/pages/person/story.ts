import { personStory, type StoryItem, type StoryMark } from '../../../../app/desk/personStory.ts';
import type { DeliveryStatus } from '../../../../core/delivery.ts';
import { isMailAddress } from '../../../../core/mail.ts';
import type { Member } from '../../../../core/member.ts';
import type { Moment } from '../../format.ts';
import type { BookPage } from '../../page.ts';
import { baseOf } from '../members/words.ts';
import { reasonText } from '../sending/outcomes.ts';
import { called, momentOf, ruleText } from './who.ts';

const PAGE = 30;

/** One thing in the story; `side`: in (the person's own), out (ours to them), line (the ledger). */
type Told = {
  side: '' | 'bubble-out' | 'bubble-ghost';
  tone: string;
  head: string;
  when: Moment;
  text: string;
  /** A text that is quoted, not a message. */
  said: string;
  gone: boolean;
  note: string;
  whyHref: string;
  whyName: string;
};

/** The part of a person's page that tells everything, for the partial `person/story`. */
export async function storyOf(page: BookPage, member: Member) {
  const mark = markOf(page.query.text('before'));
  const { items, next } = await personStory(page.book, member, mark, PAGE, page.deps);
  const path = `${baseOf(page)}/members/${member.id}`;
  const subjects = await subjectsOf(page, items);
  return {
    told: items.map((item) => tell(page, member, item, subjects)),
    olderHref: next ? `${path}?before=${next.at}.${next.what}.${next.id}#story` : '',
    firstHref: mark ? `${path}#story` : '',
    isEmpty: items.length === 0 && mark === null,
  };
}

/** `?before=1795345200000.sent.0197…`; anything else is the first page. */
function markOf(text: string): StoryMark | null {
  const read = /^(\d{1,15})\.(text|consent|sent|reply)\.([\w-]{1,64})$/.exec(text);
  return read ? { at: Number(read[1]), what: read[2] as StoryMark['what'], id: read[3] as string } : null;
}

/** Subjects of what came by mail. */
async function subjectsOf({ deps, t }: BookPage, items: readonly StoryItem[]): Promise<ReadonlyMap<string, string>> {
  const ids = items.flatMap((item) => (item.what === 'text' && item.text.door === 'mail' ? [item.id] : []));
  const mails = await deps.store.reads.mailsOf(ids);
  return new Map(mails.map(({ inboundId, subject }) => [inboundId ?? '', subject || t('mail.subject.none')]));
}

function tell(page: BookPage, member: Member, item: StoryItem, subjects: ReadonlyMap<string, string>): Told {
  const { t } = page;
  const who = called(page, member);
  const when = momentOf(page, item.at);
  const base: Told = {
    side: '',
    tone: '',
    head: '',
    when,
    text: '',
    said: '',
    gone: false,
    note: '',
    whyHref: '',
    whyName: '',
  };
  switch (item.what) {
    case 'text': {
      const { text } = item;
      const door = text.door === 'sms' || text.door === 'mail' ? text.door : 'web';
      const head = t(`person.story.text.${door}`, { who });
      return {
        ...base,
        head: subjects.has(item.id) ? `${head}: ${subjects.get(item.id)}` : head,
        text: text.text.trim() === '' && text.mediaCount > 0 ? t('person.story.picture') : text.text,
        note: [t(`book.inbound.${text.kind}`), text.rule ?? ''].filter((part) => part !== '').join(' · '),
      };
    }
    case 'consent': {
      const { line } = item;
      return {
        ...base,
        side: 'bubble-ghost',
        tone: line.event === 'left' || line.event === 'left_all' ? 'is-stop' : '',
        head: `${t(`members.event.${line.event}`)} ${t(`person.door.${line.door}`)}`,
        said: line.person?.text ?? '',
        gone: line.person === null && line.event !== 'erased',
        note: `${ruleText(page, line.rule)} (${line.rule}, ${t('person.story.wording', { version: line.wordingVersion })})`,
      };
    }
    case 'reply': {
      const { reply } = item;
      const key = reply.kind === 'copy' ? 'answer' : reply.kind;
      return {
        ...base,
        ...lookOf(reply.status),
        head: t(`person.story.reply.${key}`),
        text: reply.text ?? '',
        gone: (reply.text ?? '') === '',
        note: outcome(page, reply.status, reply.reason, reply.address),
      };
    }
    case 'sent':
      return { ...base, ...tellSent(page, member, who, item) };
  }
}

function tellSent(page: BookPage, member: Member, who: string, item: Extract<StoryItem, { what: 'sent' }>) {
  const { t } = page;
  const { sent, copies } = item;
  const own = copies.filter(({ others }) => !others);
  const [first] = own;
  const note = copies
    .map((copy) => {
      const said = outcome(page, copy.bouncedAt === null ? copy.status : 'undelivered', copy.reason, copy.address);
      return copies.length > 1
        ? `${isMailAddress(copy.address) ? t('members.use.mail') : t('members.use.phone')}: ${said}`
        : said;
    })
    .join(' · ');
  const head =
    first === undefined
      ? t(copies.length > 0 ? 'person.story.shared' : 'person.story.none', { who })
      : t(own.every(({ address }) => isMailAddress(address)) ? 'person.story.sent.mail' : 'person.story.sent');
  return {
    side: 'bubble-out' as const,
    tone: first === undefined ? 'is-waiting' : lookOf(first.status, first.bouncedAt !== null).tone,
    head,
    text: sent.text,
    note,
    whyHref: `${baseOf(page)}/members/${member.id}/broadcasts/${sent.id}`,
    whyName: t('person.story.whyName', { when: momentOf(page, item.at).momentText }),
  };
}

/** Dashed and pale where it waits, warning where it did not arrive; the words stand below it. */
function lookOf(status: DeliveryStatus, bounced = false): { side: 'bubble-out'; tone: string } {
  const lost = bounced || ['failed', 'undelivered', 'cancelled', 'expired', 'uncertain'].includes(status);
  const waits = status === 'queued' || status === 'claimed';
  return { side: 'bubble-out', tone: lost ? 'is-failed' : waits ? 'is-waiting' : '' };
}

/** A mail server has it or has not: nobody tells whether it was read. */
export const isMailed = (status: DeliveryStatus, address: string): boolean =>
  isMailAddress(address) && (status === 'accepted' || status === 'sent');

function outcome(page: BookPage, status: DeliveryStatus, reason: string | null, address: string): string {
  if (isMailed(status, address)) return page.t('person.story.mailed');
  const why = status === 'delivered' || status === 'accepted' ? '' : reasonText(page, reason);
  return [page.t(`book.delivery.${status}`), why].filter((part) => part !== '').join(': ');
}
