import { Command, Option } from 'commander';
import { settingsTable } from '../config.ts';

// Loaded when the command runs: the web server, both databases' drivers and the rest cost a second of every command.
const book = () => import('./bookCommands.ts');
const look = () => import('./showCommands.ts');
const house = () => import('./houseCommands.ts');

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
    .addOption(new Option('--role <roles>', 'only these, comma between').default('web,smtp,worker'))
    .option('--new', 'begin anew although a database is missing or damaged (forgets who has left)')
    .action(async (options) => (await import('./serve.ts')).serve(options));
  command('demo', 'a throw-away installation with a ready book and phones in the browser').action(async () =>
    (await import('./demo.ts')).demo(),
  );
  command('apply <file>', 'make organisation, numbers, books, writers and members as the YAML file says')
    .option(...JSON_OPTION)
    .action(async (file, options) => (await book()).apply(file, options));
  const show = command('show', 'show what is there');
  show
    .command('book <address>')
    .description('one book: settings, people, broadcasts, log')
    .option(...JSON_OPTION)
    .exitOverride()
    .action(async (address, options) => (await look()).show(address, options));
  show
    .command('books')
    .description('every book')
    .option(...JSON_OPTION)
    .exitOverride()
    .action(async (options) => (await look()).list(options));
  command('import <address> <file>', 'add members from a CSV or .xlsx file with the columns phone, mail, name')
    .option(...JSON_OPTION)
    .action(async (address, file, options) => (await book()).importFile(address, file, options));
  command('export <address>', 'members as CSV on stdout')
    .option('--unsubscribed', 'only who has left')
    .option('--xlsx <file>', 'into this .xlsx file instead')
    .action(async (address, options) => (await book()).exportFile(address, options));
  for (const verdict of ['approve', 'refuse'] as const)
    command(`${verdict} <address> [phones...]`, `${verdict} people who await approval`)
      .option('--all', 'everybody who waits')
      .option(...JSON_OPTION)
      .action(async (address, phones, options) => (await book()).judge(verdict, address, phones, options));
  const user = command('user', 'logins to the toolbox');
  user
    .command('add <mail>')
    .description('a user, with a one-time link to choose a (new) password')
    .addOption(new Option('--role <role>', 'viewer, sender, admin or operator').default('admin'))
    .option('--organisation <name>', 'which one, where there are several')
    .option('--reset-code', 'also switch the code at sign-in off and take passkeys away, for a lost phone')
    .option(...JSON_OPTION)
    .exitOverride()
    .action(async (mail, options) => (await import('./userCommands.ts')).addUser(mail, options));
  command('broadcasts <address>', 'what was sent, and how it went')
    .option(...JSON_OPTION)
    .action(async (address, options) => (await look()).broadcasts(address, options));
  for (const verb of ['pause', 'resume', 'cancel'] as const)
    command(`${verb} <broadcast>`, `${verb} a broadcast`)
      .option(...JSON_OPTION)
      .action(async (id, options) => (await look()).change(verb, id, options));
  command('try <address> [text]', 'what a text would do and why, changing nothing')
    .option('--from <number>', 'who sends it')
    .option('--batch <file>', 'a JSON array of { text, from }')
    .option(...JSON_OPTION)
    .action(async (address, text, options) => (await book()).tryOut(address, text, options));
  const ledger = command('ledger', 'the consent ledger');
  ledger
    .command('verify')
    .description('prove that no line was changed or removed')
    .option(...JSON_OPTION)
    .exitOverride()
    .action(async (options) => (await house()).verifyLedger(options));
  command('erase <address>', 'erase a person by phone or mail; they still cannot be imported')
    .option(...JSON_OPTION)
    .action(async (address, options) => (await house()).erase(address, options));
  command('migrate', 'bring the database to this version').action(async () => (await house()).migrate());
  command('move', 'copy everything to PostgreSQL')
    .requiredOption('--to <url>', 'postgres://…')
    .action(async (options) => (await house()).move(options));
  command('backup <file>', 'write a copy of the database').action(async (file) => (await house()).backup(file));
  command('dkim', 'the key that signs our mail')
    .command('create')
    .description('make the key if there is none, and print its DNS record')
    .option(...JSON_OPTION)
    .exitOverride()
    .action(async (options) => (await import('./dkimCommands.ts')).createDkim(options));
  command('doctor', 'check settings, database, public address, numbers and who answers which word')
    .option(...JSON_OPTION)
    .action(async (options) => (await import('./doctor.ts')).doctor(options));
  command('bench [names...]', 'figures beside their limits (in a checkout)').action(async (names) =>
    (await import('./bench.ts')).bench(names),
  );
  command('settings', 'every setting, as the table in the README').action(() => {
    process.stdout.write(`${settingsTable()}\n`);
  });
  return program;
}
