import { everyoneElse } from './everyoneElse.ts';
import type { MailTurn } from './mailTurn.ts';
import type { Hit } from './turn.ts';

/**
 * M-3: the functionaries get it, marked; the sender hears once a day that only they did. Nobody is answered whose address
 * was misused as its owner's own rules say (DMARC fails): the answer would reach a stranger.
 */
export function mailForward({ turn, view, mail }: MailTurn): Hit {
  const quiet = turn.sender === '' || mail.proof.dmarc === 'fail';
  const hit = everyoneElse(turn, view, quiet);
  if (hit.rule !== null && hit.rule !== 'B-27') turn.also.add(hit.rule);
  return { ...hit, rule: 'M-3' };
}
