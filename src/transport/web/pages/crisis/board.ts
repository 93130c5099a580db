import { whyNotSend } from '../../../../app/desk/composing.ts';
import { longerHours } from '../../../../app/desk/crisis.ts';
import { csvLine } from '../../../../app/exportMembers.ts';
import type { RollCall } from '../../../../core/crisis.ts';
import { nameKey } from '../../../../core/member.ts';
import { formatNational } from '../../../../core/phoneNumber.ts';
import type { RollPerson } from '../../../../ports/crisisReads.ts';
import { CSV_TYPE, csvFile, download } from '../../download.ts';
import { figure, moment } from '../../format.ts';
import type { BookPage } from '../../page.ts';
import { when } from '../sending/words.ts';
import { placeOf, voiceOf } from '../sending/write.ts';

/** People a page of the list; whoever needs help stands above it, all of them up to this many. */
const PAGE = 50;
const MOST_HELP = 200;

/** Of another book, or none: there is no such page. */
async function found(page: BookPage): Promise<RollCall | null> {
  const call = await page.deps.store.reads.rollCall(page.param('roll'));
  if (call?.bookId === page.book.id) return call;
  page.refuse(404);
  return null;
}

/** `GET /books/:book/crisis/:roll`: who is safe, who needs help, who has not answered; afterwards the record of it. */
export async function board(page: BookPage): Promise<void> {
  const call = await found(page);
  if (!call) return;
  const { book, t, may, user, res } = page;
  const voice = voiceOf(page);
  const open = isOpen(page, call);
  // Without scripts the page asks again by itself.
  if (open) res.locals.refresh = 5;
  const path = `/books/${book.address}/crisis/${call.id}`;
  const mayStart = open && whyNotSend(user, await placeOf(page)) === null;
  const longer = mayStart ? longerHours(call.endsAt, page.now) : [];
  const times = { since: when(voice, call.startedAt), until: when(voice, call.endedAt ?? call.endsAt) };
  page.render('crisis/board', {
    title: t('crisis.banner.go'),
    path,
    stateText: t(open ? 'crisis.board.on' : 'crisis.board.over', times),
    typed: searched(page),
    showing: shown(page),
    board: await boardModel(page, call),
    writeHref: open && may.send ? `/books/${book.address}/write` : null,
    broadcastHref: call.broadcastId === null ? null : `/books/${book.address}/broadcasts/${call.broadcastId}`,
    csvHref: may.edit ? `${path}/answers.csv` : null,
    mayEnd: mayStart || (open && may.settings),
    longer:
      longer.length === 0
        ? null
        : {
            until: String(call.endsAt),
            choices: longer.map((hours) => ({
              hours: String(hours),
              hoursText: hours === 1 ? t('crisis.longer.one') : t('crisis.longer.hours', { hours }),
            })),
          },
  });
}

/** `GET …/live`: the part that changes, asked for every other second while the crisis is on. */
export async function live(page: BookPage): Promise<void> {
  const call = await found(page);
  if (call) page.render('crisis/live', { board: await boardModel(page, call) });
}

const isOpen = ({ now }: BookPage, { endedAt, endsAt }: RollCall): boolean => endedAt === null && now < endsAt;
const searched = ({ query }: BookPage): string => query.line('q').slice(0, 100);
const shown = ({ query }: BookPage): 'ok' | 'silent' => (query.line('show') === 'ok' ? 'ok' : 'silent');

async function boardModel(page: BookPage, call: RollCall) {
  const { book, locale, t, query, deps, now, organisation } = page;
  const voice = voiceOf(page);
  const { reads } = deps.store;
  const q = searched(page);
  const search = nameKey(q);
  const which = shown(page);
  const at = Math.max(0, query.number('page') ?? 0);
  const [figures, help, listed] = await Promise.all([
    reads.rollFigures(call),
    reads.rollPeople(call, 'help', { search, offset: 0, limit: MOST_HELP }),
    reads.rollPeople(call, which, { search, offset: at * PAGE, limit: PAGE + 1 }),
  ]);
  const path = `/books/${book.address}/crisis/${call.id}`;
  const address = (show: string, to: number, base = path) => {
    const asked = new URLSearchParams({
      ...(q && { q }),
      ...(show === 'ok' && { show }),
      ...(to > 0 && { page: String(to) }),
    });
    return asked.size === 0 ? base : `${base}?${asked}`;
  };
  const n = (count: number) => figure(locale, count);
  const row = (person: RollPerson) => ({
    href: `/books/${book.address}/members/${person.id}`,
    who:
      person.name || (person.phone === null ? (person.mail ?? '') : formatNational(person.phone, organisation.country)),
    phones: phonesOf(page, person),
    said: person.text,
    at: person.at === null ? null : moment(locale, organisation.timezone, person.at, now),
  });
  return {
    livePath: isOpen(page, call) ? address(which, at, `${path}/live`) : null,
    remindText: remindText(page, call),
    figures: [
      { figureName: t('crisis.help'), figure: n(figures.help), figureTone: figures.help > 0 ? 'is-stop' : '' },
      { figureName: t('crisis.silent'), figure: n(figures.silent), figureTone: figures.silent > 0 ? 'is-warn' : '' },
      { figureName: t('crisis.ok'), figure: n(figures.ok), figureTone: figures.ok > 0 ? 'is-good' : '' },
    ],
    help: help.map(row),
    helpNone: t(q === '' ? 'crisis.help.none' : 'crisis.find.none'),
    showsOk: which === 'ok',
    silentHref: address('silent', 0),
    okHref: address('ok', 0),
    rows: listed.slice(0, PAGE).map(row),
    none: t(q === '' ? `crisis.${which}.none` : 'crisis.find.none'),
    prevHref: at > 0 ? address(which, at - 1) : '',
    nextHref: listed.length > PAGE ? address(which, at + 1) : '',
  };

  function remindText({ t: say }: BookPage, { remindAt, remindedAt, endsAt }: RollCall): string {
    if (remindedAt !== null) return say('crisis.board.reminded', { when: when(voice, remindedAt) });
    if (remindAt === null || remindAt >= endsAt || now >= endsAt) return '';
    return say('crisis.board.remind', { when: when(voice, remindAt) });
  }
}

/** One presses to call: in a crisis nobody types a number. */
function phonesOf({ organisation, t }: BookPage, { name, phone, otherPhone }: RollPerson) {
  return [
    { e164: phone, note: '' },
    { e164: otherPhone, note: t('crisis.second') },
  ].flatMap(({ e164, note }) => {
    if (e164 === null) return [];
    const number = formatNational(e164, organisation.country);
    return [{ tel: `tel:${e164}`, number, note, callName: t('crisis.call', { who: name || number }) }];
  });
}

/** `GET …/answers.csv`: everybody with what they answered; no cell is a formula (B-33). */
export async function answersCsv(page: BookPage): Promise<void> {
  const call = await found(page);
  if (!call) return;
  const { res, book, deps } = page;
  async function* lines(rollCall: RollCall) {
    yield csvLine(['name', 'phone', 'mail', 'other_phone', 'answer', 'text', 'at']);
    for (const which of ['help', 'silent', 'ok'] as const) {
      for (let offset = 0; ; offset += 1000) {
        const people = await deps.store.reads.rollPeople(rollCall, which, { search: '', offset, limit: 1000 });
        for (const { name, phone, mail, otherPhone, answer, text, at } of people) {
          const time = at === null ? '' : new Date(at).toISOString();
          yield csvLine([name, phone ?? '', mail ?? '', otherPhone ?? '', answer ?? '', text, time]);
        }
        if (people.length < 1000) break;
      }
    }
  }
  await download(res, { name: `${book.address}-crisis.csv`, type: CSV_TYPE }, csvFile(lines(call)));
}
