import { once } from 'node:events';
import type { Response } from 'express';
import { deskLog } from '../../../../app/desk/desk.ts';
import { type Evidence, evidenceOf, wordsOfVersion } from '../../../../app/evidence.ts';
import { exportPerson } from '../../../../app/exportPerson.ts';
import type { Member } from '../../../../core/member.ts';
import { addressesOf } from '../../../../core/membership.ts';
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

function download(res: Response, type: string, name: string): void {
  res.setHeader('Content-Type', type);
  res.setHeader('Content-Disposition', `attachment; filename="${name}"`);
  res.setHeader('Cache-Control', 'no-store');
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
  download(res, 'application/pdf', fileName('evidence', pack.member, 'pdf'));
  const reader = { locale, timezone: organisation.timezone, madeBy: user.name || user.mail };
  await writeEvidencePdf(pack.evidence, reader, res);
}

/** GET …/evidence.json */
export async function evidenceJson(page: BookPage): Promise<void> {
  const pack = await packOf(page);
  if (!pack) return;
  const { res, t } = page;
  const { head, lines } = pack.evidence;
  download(res, 'application/json; charset=utf-8', fileName('evidence', pack.member, 'json'));
  const versions = new Set<string>();
  async function* kept() {
    for await (const line of lines()) {
      versions.add(line.wordingVersion);
      yield line;
    }
  }
  const write = writer(res);
  await write(`${JSON.stringify({ ...head, howToCheck: HOW.map((key) => t(key)) }, null, 1).slice(0, -2)},\n`);
  await section('lines', kept(), write);
  const wordings = Object.fromEntries([...versions].map((version) => [version, wordsOfVersion(version)]));
  res.end(`,\n"wordings": ${JSON.stringify(wordings)}\n}\n`);
}

/** GET …/everything.json: what the organisation keeps about the person. */
export async function everythingJson(page: BookPage): Promise<void> {
  const member = await found(page);
  if (!member) return;
  await noted(page, 'person_exported', member);
  const { res } = page;
  const { about, sections } = await exportPerson(page.organisation, addressesOf([member]), page.deps);
  download(res, 'application/json; charset=utf-8', fileName('everything', member, 'json'));
  const write = writer(res);
  await write(JSON.stringify(about, null, 1).slice(0, -2));
  for (const { name, rows } of sections) {
    await write(',\n');
    await section(name, rows, write);
  }
  res.end('\n}\n');
}

/** A slow reader must not fill the memory. */
const writer = (res: Response) => async (text: string) => {
  if (!res.destroyed && !res.write(text)) await Promise.race([once(res, 'drain'), once(res, 'close')]);
};

async function section(
  name: string,
  rows: AsyncIterable<object> | Iterable<object>,
  write: (text: string) => Promise<void>,
) {
  await write(`${JSON.stringify(name)}: [`);
  let first = true;
  for await (const row of rows) {
    await write(`${first ? '\n' : ',\n'}${JSON.stringify(row)}`);
    first = false;
  }
  await write('\n]');
}
