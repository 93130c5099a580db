import { readFileSync } from 'node:fs';

/**
 * For `node --import`: the wall clock of the process is the machine's plus what FAKE_CLOCK_FILE says, in ms. The monotonic
 * clock stays as it is, as when somebody sets a machine's clock.
 */
const file = process.env.FAKE_CLOCK_FILE ?? '';
const RealDate = Date;
const realNow = Date.now;
let offset = 0;

function look() {
  try {
    offset = Number(readFileSync(file, 'utf8')) || 0;
  } catch {
    offset = 0;
  }
}
look();
setInterval(look, 10).unref();

globalThis.Date = class extends RealDate {
  constructor(...given) {
    if (given.length === 0) super(realNow() + offset);
    else super(...given);
  }
  static now() {
    return realNow() + offset;
  }
};
