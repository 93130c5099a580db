import { Command, Option } from 'commander';
import { settingsTable } from '../config.ts';
import { bench } from './bench.ts';
import * as book from './bookCommands.ts';
import { demo } from './demo.ts';
import { doctor } from './doctor.ts';
import * as house from './houseCommands.ts';
import { serve } from './serve.ts';

const JSON_OPTION: [string, string] = ['--json', 'one JSON value on stdout; logs go to stderr'];

/** Every command of document 5, with its help. Actions do the work and print; they throw to refuse. */
export function createProgram(): Command {
  const program = new Command('startstopp')
    .description('An SMS address book on a virtual number: START joins, STOPP leaves, writers reach everyone.')
    .exitOverride()
    .configureHelp({ showGlobalOptions: true })
    .showHelpAfterError('(add --help for what it takes)');
  const command = (text: string, description: string): Command =>
    program.command(text).description(description).exitOverride();

  command('serve', 'run it: web and webhooks, and the worker that sends')
    .addOption(new Option('--role <roles>', 'only these, comma between').default('web,worker'))
    .option('--new', 'begin anew although a database is missing or damaged (forgets who has left)')
    .action(serve);
  command('demo', 'a throw-away installation with a ready book and phones in the browser').action(demo);
  command('apply <file>', 'make organisation, numbers, books, writers and members as the YAML file says')
    .option(...JSON_OPTION)
    .action(book.apply);
  const show = command('show', 'show what is there');
  show
    .command('book <address>')
    .description('one book: settings, people, broadcasts, log')
    .option(...JSON_OPTION)
    .exitOverride()
    .action(book.show);
  show
    .command('books')
    .description('every book')
    .option(...JSON_OPTION)
    .exitOverride()
    .action(book.list);
  command('import <address> <file>', 'add members from a CSV file with the columns phone, mail, name')
    .option(...JSON_OPTION)
    .action(book.importFile);
  command('export <address>', 'members as CSV on stdout')
    .option('--unsubscribed', 'only who has left')
    .action(book.exportFile);
  for (const verdict of ['approve', 'refuse'] as const)
    command(`${verdict} <address> [phones...]`, `${verdict} people who await approval`)
      .option('--all', 'everybody who waits')
      .option(...JSON_OPTION)
      .action((address, phones, options) => book.judge(verdict, address, phones, options));
  command('broadcasts <address>', 'what was sent, and how it went')
    .option(...JSON_OPTION)
    .action(book.broadcasts);
  for (const verb of ['pause', 'resume', 'cancel'] as const)
    command(`${verb} <broadcast>`, `${verb} a broadcast`)
      .option(...JSON_OPTION)
      .action((id, options) => book.change(verb, id, options));
  command('try <address> [text]', 'what a text would do and why, changing nothing')
    .option('--from <number>', 'who sends it')
    .option('--batch <file>', 'a JSON array of { text, from }')
    .option(...JSON_OPTION)
    .action(book.tryOut);
  const ledger = command('ledger', 'the consent ledger');
  ledger
    .command('verify')
    .description('prove that no line was changed or removed')
    .option(...JSON_OPTION)
    .exitOverride()
    .action(house.verifyLedger);
  command('erase <address>', 'erase a person by phone or mail; they still cannot be imported')
    .option(...JSON_OPTION)
    .action(house.erase);
  command('migrate', 'bring the database to this version').action(house.migrate);
  command('move', 'copy everything to PostgreSQL').requiredOption('--to <url>', 'postgres://…').action(house.move);
  command('backup <file>', 'write a copy of the database').action(house.backup);
  command('doctor', 'check settings, database, public address, numbers and who answers which word')
    .option(...JSON_OPTION)
    .action(doctor);
  command('bench [names...]', 'figures beside their limits (in a checkout)').action(bench);
  command('settings', 'every setting, as the table in the README').action(() => {
    process.stdout.write(`${settingsTable()}\n`);
  });
  return program;
}
