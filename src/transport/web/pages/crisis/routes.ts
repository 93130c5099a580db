import { bookRoute, type PageRoute } from '../../page.ts';
import { answersCsv, board, live } from './board.ts';
import { givePinTo, takePinFrom } from './pins.ts';
import { begin, confirm, end, longer, start } from './start.ts';

export const routes: readonly PageRoute[] = [
  bookRoute('get', '/crisis', 'see', start),
  bookRoute('post', '/crisis', 'send', confirm),
  bookRoute('post', '/crisis/start', 'send', begin),
  bookRoute('get', '/crisis/:roll', 'see', board),
  bookRoute('get', '/crisis/:roll/live', 'see', live),
  bookRoute('get', '/crisis/:roll/answers.csv', 'edit', answersCsv),
  bookRoute('post', '/crisis/:roll/end', 'see', end),
  bookRoute('post', '/crisis/:roll/longer', 'send', longer),
  bookRoute('post', '/writers/pin', 'settings', givePinTo),
  bookRoute('post', '/writers/pin/remove', 'settings', takePinFrom),
];
