import { type Asked, askToJoin } from '../../../../app/join/ask.ts';
import type { AskProblem, TypedJoin } from '../../../../app/join/asked.ts';
import { type JoinDoor, joinDoor } from '../../../../app/join/door.ts';
import { answerCode, type CodeAnswer } from '../../../../app/join/prove.ts';
import { makeLeaveToken } from '../../../../app/leaveLink.ts';
import { formatNational } from '../../../../core/phoneNumber.ts';
import type { PageKey } from '../../../../i18n/pages/index.ts';
import { sendProblem } from '../../errors.ts';
import type { Form } from '../../form.ts';
import type { AnyPage } from '../../page.ts';
import { isOurs } from '../../sameSite.ts';
import { fieldsOf, organisationName, say, sayJoined, speak } from '../links/linkPage.ts';

/** A page of one book, in its language; a closed one speaks the reader's, for it says nothing of the book. */
async function enter(asked: AnyPage): Promise<{ page: AnyPage; door: JoinDoor }> {
  const door = await joinDoor(asked.param('book'), asked.deps.store);
  const page = speak(asked, door.isOpen ? door.book.locale : asked.locale);
  page.res.setHeader('X-Robots-Tag', 'noindex, nofollow, noarchive');
  return { page, door };
}

const EMPTY: TypedJoin = { name: '', phone: '', mail: '', yes: false };

/** GET `/join/:book`: the form; `?back`: the one for whoever was in the book before (S3-16). Changes nothing. */
export async function showJoin(asked: AnyPage): Promise<void> {
  const { page, door } = await enter(asked);
  showForm(page, door, page.query.has('back'), EMPTY, []);
}

/** POST: `do` says which of the page's forms it is. */
export async function actOnJoin(asked: AnyPage): Promise<void> {
  // Another site must not have its visitors' browsers order codes to numbers of its choice.
  if (!isOurs(asked.req, asked.deps.publicUrl)) return sendProblem(asked.res, 403, 'forged');
  const form = fieldsOf(asked);
  const { page, door } = await enter(asked);
  const what = form.text('do');
  return what === 'code' || what === 'back-code'
    ? takeCode(page, door, form, what === 'back-code')
    : ask(page, door, form);
}

async function ask(page: AnyPage, door: JoinDoor, form: Form): Promise<void> {
  const back = form.text('do') === 'back' || !door.isOpen;
  const typed = { name: form.text('name'), phone: form.text('phone'), mail: form.text('mail'), yes: form.has('yes') };
  const result = await askToJoin(page.param('book'), { typed, back, ip: page.req.ip ?? '' }, page.deps);
  if (!result.ok) return refuse(page, door, back, typed, result);
  if (result.by === 'code') return showCode(page, door, { back, formId: result.formId, to: shown(door, result.to) });
  say(page, { title: page.t('join.link'), texts: [page.t('join.link.text', { mail: result.to })] });
}

function refuse(
  page: AnyPage,
  door: JoinDoor,
  back: boolean,
  typed: TypedJoin,
  result: Extract<Asked, { ok: false }>,
): void {
  if (result.why === 'form') return showForm(page, door, back, typed, result.problems);
  const limited = result.why === 'limit';
  if (limited) page.res.setHeader('Retry-After', Math.ceil(result.ms / 1000));
  page.render(
    'join/wait',
    {
      title: page.t(limited ? 'join.limit' : 'mail.link.busy'),
      text: page.t(limited ? 'join.limit.text' : 'join.busy.text'),
      sms: smsOf(page, door),
    },
    limited ? 429 : 503,
  );
}

async function takeCode(page: AnyPage, door: JoinDoor, form: Form, back: boolean): Promise<void> {
  const formId = form.text('form');
  const typed = form.text('code');
  const answer: CodeAnswer =
    door.book === null ? { ok: false, why: 'over' } : await answerCode(door.book, formId, typed, page.deps);
  if (answer.ok) return showOutcome(speak(page, answer.book.locale), answer);
  if (answer.why === 'busy') return refuse(page, door, back, EMPTY, { ok: false, why: 'busy' });
  // Where the page is closed, nothing tells whether there is such a book, or such a form.
  if (!door.isOpen)
    return showCode(page, door, { back, formId, to: '', problem: page.t('join.code.unclear'), code: typed });
  if (!('triesLeft' in answer)) return showOver(page, door, back);
  const problem =
    answer.why === 'not_a_code'
      ? page.t('join.code.not_a_code')
      : page.t(answer.triesLeft === 1 ? 'join.code.wrong.one' : 'join.code.wrong', { left: answer.triesLeft });
  showCode(page, door, { back, formId, to: shown(door, answer.to ?? ''), problem, code: typed });
}

/** The number as the place writes it; where the page is closed, with its country code. */
const shown = (door: JoinDoor, phone: string): string =>
  formatNational(phone, door.isOpen ? door.way.organisation.country : '');

/** The way that always remains, costs nobody anything, and needs no code. null where the page must not name a number. */
function smsOf(page: AnyPage, door: JoinDoor) {
  if (!door.isOpen) return null;
  const { word, link, number, organisation } = door.way;
  const params = { word, number: formatNational(number.e164, organisation.country) };
  return { smsText: page.t('join.sms.text', params), smsOpen: page.t('join.sms.open', params), smsLink: link };
}

const startOf = (page: AnyPage, door: JoinDoor, back: boolean): string =>
  `/join/${encodeURIComponent(page.param('book'))}${back && door.isOpen ? '?back' : ''}`;

function showForm(
  page: AnyPage,
  door: JoinDoor,
  back: boolean,
  typed: TypedJoin,
  problems: readonly AskProblem[],
): void {
  const { t } = page;
  const wrong = (field: AskProblem['field']): string => {
    const problem = problems.find((each) => each.field === field);
    return problem ? t(`join.problem.${field}.${problem.why}` as PageKey) : '';
  };
  const asks = door.isOpen && !back ? door.page.ask : 'phone';
  const isNew = door.isOpen && !back;
  const names = door.isOpen ? { book: door.book.name, organisation: door.way.organisation.name } : null;
  const field = (name: 'name' | 'phone' | 'mail', type: string, auto: string, hint: string) => ({
    fieldName: name,
    fieldLabel: t(`join.${name}`),
    fieldHint: hint,
    fieldType: type,
    fieldAuto: auto,
    fieldValue: typed[name].slice(0, 200),
    fieldError: wrong(name),
  });
  const model = {
    title: names === null ? t('join.closed') : t(isNew ? 'join.title' : 'join.back.title', names),
    lead: names === null ? t('join.closed.text') : t(isNew ? 'join.lead' : 'join.back.lead', names),
    hasProblems: problems.length > 0,
    action: startOf(page, door, false),
    what: isNew ? 'ask' : 'back',
    hint: isNew && asks === 'either' ? t('join.either.hint') : '',
    fields: [
      ...(isNew ? [field('name', 'text', 'name', '')] : []),
      ...(asks === 'mail' ? [] : [field('phone', 'tel', 'tel', isNew ? t('join.phone.hint') : '')]),
      ...(asks === 'phone' ? [] : [field('mail', 'email', 'email', t('join.mail.hint'))]),
    ],
    consent: isNew && door.isOpen ? door.page.consent : null,
    // Never ticked by us; who has ticked it and must mend a number finds it as they left it.
    isTicked: typed.yes,
    yesError: wrong('yes'),
    button: isNew ? t(`join.do.${asks}`) : t('join.back.do'),
    turnText: names === null ? '' : t(isNew ? 'join.back.ask' : 'join.title', names),
    turnLink: names === null ? '' : t(isNew ? 'join.back.link' : 'join.new.link'),
    turnHref: startOf(page, door, isNew),
    sms: smsOf(page, door),
    notes: names === null ? [t('join.closed.sms'), t('join.closed.new')] : [],
  };
  page.render('join/form', model, problems.length > 0 ? 422 : 200);
}

type CodeStep = { back: boolean; formId: string; to: string; problem?: string; code?: string };

/** The second step, whether a code is on its way or not: the page must not tell. */
function showCode(page: AnyPage, door: JoinDoor, { back, formId, to, problem = '', code = '' }: CodeStep): void {
  const { t } = page;
  page.render(
    'join/code',
    {
      title: t('join.code.title'),
      lead: to === '' ? '' : t(back ? 'join.code.back' : 'join.code.text', { phone: to }),
      action: startOf(page, door, false),
      what: back ? 'back-code' : 'code',
      formId: formId.slice(0, 64),
      code: problem === '' ? '' : code.slice(0, 40),
      problem,
      button: t(back ? 'join.code.do.back' : 'join.code.do'),
      sms: smsOf(page, door),
      note: door.isOpen ? '' : t('join.closed.sms'),
      again: startOf(page, door, back),
    },
    problem === '' ? 200 : 422,
  );
}

function showOver(page: AnyPage, door: JoinDoor, back: boolean): void {
  page.render(
    'join/over',
    {
      title: page.t('join.over'),
      text: page.t('join.over.text'),
      again: startOf(page, door, back),
      sms: smsOf(page, door),
    },
    410,
  );
}

/** The same words as after a link (links/linkPage.ts). */
/** Who has shown that the phone is theirs gets the link to their own page; by SMS alone they would have none. */
async function showOutcome(page: AnyPage, answer: Extract<CodeAnswer, { ok: true }>): Promise<void> {
  const { outcome, book, mail, memberId } = answer;
  const own = memberId === null ? null : `/leave/${makeLeaveToken(memberId, page.deps.keyed)}`;
  sayJoined(page, outcome, book, await organisationName(page, book), {
    texts: [
      ...(mail === null ? [] : [page.t('join.link.also', { mail })]),
      ...(own === null ? [] : [page.t('join.own')]),
    ],
    ...(own !== null && { link: { href: own, text: page.t('own.title', { book: book.name }) } }),
  });
}
