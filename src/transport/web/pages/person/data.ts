import { deskLog } from '../../../../app/desk/desk.ts';
import { type Evidence, evidenceOf, wordsOfVersion } from '../../../../app/evidence.ts';
import { exportPerson } from '../../../../app/exportPerson.ts';
import type { Member } from '../../../../core/member.ts';
import { addressesOf } from '../../../../core/membership.ts';
import { download, toSave } from '../../download.ts';
import { HOW, writeEvidencePdf } from '../../evidencePdf.ts';
import type { BookPage } from '../../page.ts';
import { baseOf } from '../members/words.ts';
import { called, found } from './who.ts';

/** What stands on a person's page about evidence and erasure, for the partial `person/data`. */
export function dataOf(page: BookPage, member: Member) {
  const { t, organisation } = page;
  const who = called(page, member);
  return {
    title: t('person.data.title', { who }),
    lead: t('person.data.lead', { organisation: organisation.name }),
    path: `${baseOf(page)}/members/${member.id}`,
    erase: t('person.data.erase', { who }),
  };
}

/** Who looked is written down before anything is handed out. */
async function noted({ user, deps, organisation, book }: BookPage, event: string, member: Member): Promise<void> {
  const log = deskLog(organisation.id, { actor: user.id, door: 'web' }, deps);
  await deps.store.commit([log(book.id, event, { member: member.id })]);
}

async function packOf(page: BookPage): Promise<{ member: Member; evidence: Evidence } | null> {
  const member = await found(page);
  if (!member) return null;
  await noted(page, 'evidence_made', member);
  return { member, evidence: await evidenceOf(page.organisation, addressesOf([member]), page.deps) };
}

/** The file's name says nothing about the person: it ends up in folders and mails. */
const fileName = (kind: string, { id }: Member, ending: string): string => `${kind}-${id}.${ending}`;

/** GET …/evidence.pdf */
export async function evidencePdf(page: BookPage): Promise<void> {
  const pack = await packOf(page);
  if (!pack) return;
  const { res, locale, organisation, user } = page;
  const reader = { locale, timezone: organisation.timezone, madeBy: user.name || user.mail };
  const file = { name: fileName('evidence', pack.member, 'pdf'), type: 'application/pdf' };
  await writeEvidencePdf(pack.evidence, reader, toSave(res, file));
}

/** GET …/evidence.json */
export async function evidenceJson(page: BookPage): Promise<void> {
  const pack = await packOf(page);
  if (!pack) return;
  const { res, t } = page;
  const { head, lines } = pack.evidence;
  async function* text() {
    const versions = new Set<string>();
    async function* kept() {
      for await (const line of lines()) {
        versions.add(line.wordingVersion);
        yield line;
      }
    }
    yield `${open({ ...head, howToCheck: HOW.map((key) => t(key)) })},\n`;
    yield* section('lines', kept());
    const wordings = Object.fromEntries([...versions].map((version) => [version, wordsOfVersion(version)]));
    yield `,\n"wordings": ${JSON.stringify(wordings)}\n}\n`;
  }
  await download(res, { name: fileName('evidence', pack.member, 'json'), type: JSON_TYPE }, text());
}

/** GET …/everything.json: what the organisation keeps about the person. */
export async function everythingJson(page: BookPage): Promise<void> {
  const member = await found(page);
  if (!member) return;
  await noted(page, 'person_exported', member);
  const { about, sections } = await exportPerson(page.organisation, addressesOf([member]), page.deps);
  async function* text() {
    yield open(about);
    for (const { name, rows } of sections) {
      yield ',\n';
      yield* section(name, rows);
    }
    yield '\n}\n';
  }
  await download(page.res, { name: fileName('everything', member, 'json'), type: JSON_TYPE }, text());
}

const JSON_TYPE = 'application/json; charset=utf-8';

/** An object without its last brace: sections follow. */
const open = (value: object): string => JSON.stringify(value, null, 1).slice(0, -2);

async function* section(name: string, rows: AsyncIterable<object> | Iterable<object>): AsyncGenerator<string> {
  yield `${JSON.stringify(name)}: [`;
  let first = true;
  for await (const row of rows) {
    yield `${first ? '\n' : ',\n'}${JSON.stringify(row)}`;
    first = false;
  }
  yield '\n]';
}
