import type { Before } from '../../../../ports/deskReads.ts';
import type { Form } from '../../form.ts';

/** Where a page of a list begins, as its address says it: `?before=1795345200000-0197…`. Anything else is the first page. */
export function markOf(query: Form): Before {
  const found = /^(\d{1,15})-([\w-]{1,64})$/.exec(query.text('before'));
  return found ? { at: Number(found[1]), id: found[2] as string } : null;
}

export const markText = ({ at, id }: { at: number; id: string }): string => `${at}-${id}`;
