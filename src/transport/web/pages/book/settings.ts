import { changeBook } from '../../../../app/desk/changeBook.ts';
import type { FieldProblem, Form as Typed } from '../../../../app/desk/desk.ts';
import { replayForm } from '../../../../app/desk/replay.ts';
import { defaultConsent, LONGEST_CONSENT } from '../../../../app/join/consent.ts';
import { LONG_MAIL, REPLY_TO } from '../../../../core/book.ts';
import { JOIN_ASKS, type JoinPage } from '../../../../core/joinForm.ts';
import { formatNational } from '../../../../core/phoneNumber.ts';
import { languageNames } from '../../../../i18n/index.ts';
import { type BookPage, mailAddressOf } from '../../page.ts';
import { lookBack, showReplay } from '../try/replay.ts';
import { fieldMaker, problemTexts, typedForm } from './fields.ts';

export async function showSettings(page: BookPage): Promise<void> {
  await render(page, typedOf(page), []);
}

export async function saveSettings(page: BookPage): Promise<void> {
  const typed = typedForm(page.form);
  const { book, deps } = page;
  if (page.form.text('do') === 'change') return render(page, typed, []);
  const action = `/books/${book.address}/settings`;
  const look = await lookBack(page, () => replayForm(book, typed, deps));
  if (look.asks) return showReplay(page, look.replay, { action, fields: typed, save: 'save' });
  const result = await changeBook(book.id, typed, { actor: page.user.id, door: 'web' }, deps, look.seen);
  if (result.ok) {
    const same = result.changed.length === 0;
    return page.redirect(action, look.notice ?? { key: same ? 'book.settings.same' : 'book.settings.saved' });
  }
  if (result.why === 'no_book') return page.refuse(404);
  await render(page, typed, result.why === 'invalid' ? result.problems : [{ field: 'name', why: 'changed' }]);
}

/** Fields go by the names of document 5; a box that is not ticked is missing, as a browser sends it. */
function typedOf({ book, organisation }: BookPage): Typed {
  return {
    name: book.name,
    sms_name: book.smsName,
    locale: book.locale,
    number: book.numberId,
    keyword: book.keyword ?? '',
    ...(book.main && { main: 'on' }),
    opt_in: book.optIn,
    approval: book.approval,
    leaving: book.leaving,
    senders: book.senders,
    confirm: book.confirmAbove === null ? 'never' : book.confirmAbove === 0 ? 'always' : 'above',
    confirm_above: String(book.confirmAbove || 100),
    header: book.header,
    ...(book.footer && { footer: 'on' }),
    part_limit: String(book.partLimit),
    latest_hours: String(book.latestAfterMs / 3_600_000),
    quiet_from: book.quietFrom ?? '',
    quiet_to: book.quietTo ?? '',
    ...(book.tellBroadcast && { tell_broadcast: 'on' }),
    ...(book.tellLeave && { tell_leave: 'on' }),
    reply_to: book.replyTo,
    long_mail: book.longMail,
    ...(book.subjectFirst && { subject_first: 'on' }),
    join_page: book.joinPage?.ask ?? 'off',
    join_consent: book.joinPage?.consent ?? defaultConsent(book, organisation),
  };
}

async function render(page: BookPage, typed: Typed, problems: readonly FieldProblem[]): Promise<void> {
  const { book, organisation, deps, t } = page;
  const numbers = (await deps.store.reads.numbers()).filter(({ organisationId }) => organisationId === organisation.id);
  const others = (await deps.store.reads.books()).filter((one) => one.numberId === book.numberId && one.id !== book.id);
  const make = fieldMaker(typed, problemTexts(page, problems));
  const words = <N extends SettingName>(name: N) => ({
    label: t(`book.setting.${name}`),
    hint: t(`book.setting.${name}.hint`),
  });
  const choice = <N extends ChoiceName>(name: N) => t(`book.choice.${name}`);
  // Which book is the main one is only asked where books share a number, or may come to.
  const shares = others.length > 0 || numbers.length > 1;
  const mail = mailAddressOf(page);
  const groups = [
    {
      groupName: t('book.group.name'),
      fields: [
        make.text('name', words('name'), { max: 60 }),
        make.text('sms_name', words('sms_name'), { max: 20 }),
        make.select('locale', words('locale'), Object.entries(languageNames)),
        make.select(
          'number',
          words('number'),
          numbers.map(({ id, e164 }) => [id, formatNational(e164, organisation.country)]),
        ),
        make.text('keyword', words('keyword'), { max: 12 }),
        ...(shares ? [make.tick('main', words('main'))] : []),
      ],
    },
    {
      groupName: t('book.group.join'),
      fields: [
        make.radio('opt_in', words('opt_in'), [
          ['keyword', choice('opt_in.keyword')],
          ['any_text', choice('opt_in.any_text')],
        ]),
        make.radio('approval', words('approval'), [
          ['automatic', choice('approval.automatic')],
          ['manual', choice('approval.manual')],
        ]),
        make.radio('leaving', words('leaving'), [
          ['free', choice('leaving.free')],
          ['exempt', choice('leaving.exempt')],
        ]),
      ],
    },
    {
      groupName: t('book.group.page'),
      groupLead: t('book.group.page.lead', { address: `${deps.publicUrl}/join/${book.address}` }),
      groupWaits: deps.mailOut || !asksMail(typed) ? '' : t('book.group.page.waits'),
      fields: [
        make.radio('join_page', words('join_page'), [
          ['off', choice('join_page.off')],
          ...JOIN_ASKS.map((ask) => [ask, choice(`join_page.${ask}`)] as const),
        ]),
        make.area('join_consent', words('join_consent'), { max: LONGEST_CONSENT }),
      ],
    },
    {
      groupName: t('book.group.send'),
      fields: [
        make.radio('senders', words('senders'), [
          ['writers', choice('senders.writers')],
          ['members', choice('senders.members')],
        ]),
        make.radio('confirm', words('confirm'), [
          ['above', choice('confirm.above')],
          ['always', choice('confirm.always')],
          ['never', choice('confirm.never')],
        ]),
        make.text('confirm_above', words('confirm_above'), { mode: 'numeric', max: 10 }),
        make.text('header', words('header'), { max: 40 }),
        make.tick('footer', words('footer')),
        make.text('part_limit', words('part_limit'), { mode: 'numeric', max: 2 }),
        make.text('latest_hours', words('latest_hours'), { mode: 'decimal', max: 5 }),
        make.text('quiet_from', words('quiet_from'), { type: 'time' }),
        make.text('quiet_to', words('quiet_to'), { type: 'time' }),
      ],
    },
    {
      groupName: t('book.group.tell'),
      fields: [make.tick('tell_broadcast', words('tell_broadcast')), make.tick('tell_leave', words('tell_leave'))],
    },
    {
      groupName: t('book.group.mail'),
      groupLead: t('book.group.mail.lead', { mail }),
      groupWaits: deps.mailOut ? '' : t('book.group.mail.waits'),
      fields: [
        make.radio(
          'reply_to',
          words('reply_to'),
          REPLY_TO.map((who) => [who, choice(`reply_to.${who}`)] as const),
        ),
        make.radio(
          'long_mail',
          words('long_mail'),
          LONG_MAIL.map((how) => [how, choice(`long_mail.${how}`)] as const),
        ),
        make.tick('subject_first', words('subject_first')),
      ],
    },
  ];
  page.render(
    'book/settings',
    {
      action: `/books/${book.address}/settings`,
      groups: groups.map((group) => ({ groupLead: '', groupWaits: '', ...group })),
      addressText: t('book.settings.address', { address: mail }),
      // Sent along where it is not asked, so that saving does not change it.
      keepsMain: !shares && book.main,
      hasProblems: problems.length > 0,
    },
    problems.length > 0 ? 422 : 200,
  );
}

type SettingName =
  | 'name'
  | 'sms_name'
  | 'locale'
  | 'number'
  | 'keyword'
  | 'main'
  | 'opt_in'
  | 'approval'
  | 'leaving'
  | 'senders'
  | 'confirm'
  | 'confirm_above'
  | 'header'
  | 'footer'
  | 'part_limit'
  | 'latest_hours'
  | 'quiet_from'
  | 'quiet_to'
  | 'tell_broadcast'
  | 'tell_leave'
  | 'reply_to'
  | 'long_mail'
  | 'subject_first'
  | 'join_page'
  | 'join_consent';
type ChoiceName =
  | 'opt_in.keyword'
  | 'opt_in.any_text'
  | 'approval.automatic'
  | 'approval.manual'
  | 'leaving.free'
  | 'leaving.exempt'
  | 'senders.writers'
  | 'senders.members'
  | 'confirm.above'
  | 'confirm.always'
  | 'confirm.never'
  | 'reply_to.writer'
  | 'reply_to.book'
  | 'long_mail.shorten'
  | 'long_mail.refuse'
  | 'join_page.off'
  | `join_page.${JoinPage['ask']}`;

const asksMail = ({ join_page: ask }: Typed): boolean => ask === 'mail' || ask === 'either';
