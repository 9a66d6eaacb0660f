import type { Command } from './command.ts'

/**
 * Every command of the command line. To add one: write `src/roles/<name>.ts` that exports `run` (its shape is `Run`
 * of command.ts), and append it here. A module is loaded only when it is called, so that `usher --help` stays quick.
 */
export const COMMANDS: readonly Command[] = [
  {
    usage: 'serve',
    summary: 'run everything in one process',
    examples: ['serve', 'serve --no-demo'],
    options: [['--no-demo', 'start with an empty house']],
    staysUp: true,
    load: () => import('./serve.ts'),
  },
  {
    usage: 'worker',
    summary: 'finish payments and refunds, send tickets, expire holds',
    examples: ['worker'],
    staysUp: true,
    load: () => import('./worker.ts'),
  },
  {
    usage: 'api',
    summary: 'answer HTTP; several of it on one machine share the port, but not with "serve"',
    examples: ['api'],
    staysUp: true,
    load: () => import('./api.ts'),
  },
  {
    usage: 'migrate',
    summary: 'bring the database to the present schema',
    examples: ['migrate', 'migrate --status'],
    options: [['--status', 'only list what would be applied']],
    load: () => import('./migrate.ts'),
  },
  {
    usage: 'operator add <name>',
    summary: 'let somebody work with the house: prints their token once',
    examples: [
      'operator add ada --role admin',
      'operator add grace --role catalog,sales --organiser default',
      'operator add door-1 --role scanner --organiser default',
    ],
    options: [
      [
        '--role <roles>',
        'comma-separated: admin (everything), catalog (events, layouts, prices), sales (orders, refunds, holds of the house), box-office (the counter), scanner (the door), auditor (reads all, changes nothing)',
      ],
      [
        '--organiser <name|id>',
        'only what belongs to this organiser (see "usher organiser list"); the whole house where it is left out',
      ],
    ],
    load: () => import('./operator-add.ts'),
  },
  {
    usage: 'operator list',
    summary: 'who works with the house: id, name, roles, organiser',
    examples: ['operator list'],
    needsHouse: true,
    load: () => import('./operator-list.ts'),
  },
  {
    usage: 'operator remove <name>',
    summary: 'end an operator and their token, in all servers within 10 seconds',
    examples: ['operator remove door-1'],
    needsHouse: true,
    load: () => import('./operator-remove.ts'),
  },
  {
    usage: 'operator reset-factor <name>',
    summary: "take an operator's authenticator app and passkeys away, when they lost them",
    examples: ['operator reset-factor ada'],
    needsHouse: true,
    load: () => import('./operator-reset-factor.ts'),
  },
  {
    usage: 'organiser add <name>',
    summary: 'sell for one more organiser, whose staff see only its events; prints its id',
    examples: ['organiser add "City Opera"', 'organiser add "Théâtre de la Ville" --slug ville'],
    options: [['--slug <name>', 'what the command line calls it; made from the name where it is left out']],
    load: () => import('./organiser-add.ts'),
  },
  {
    usage: 'organiser list',
    summary: 'whose events the house sells: id, short name, name',
    examples: ['organiser list'],
    needsHouse: true,
    load: () => import('./organiser-list.ts'),
  },
  {
    usage: 'keys rotate <purpose>',
    summary: 'make a new key that signs sessions, tickets, links or cursors',
    examples: ['keys rotate session'],
    needsHouse: true,
    load: () => import('./keys-rotate.ts'),
  },
  {
    usage: 'keys rewrap',
    summary: 'move what USHER_KEY_PREVIOUS wraps to USHER_KEY',
    examples: ['keys rewrap'],
    needsHouse: true,
    load: () => import('./keys-rewrap.ts'),
  },
  {
    usage: 'refunds',
    summary: 'list refunds that a person has to look at, and set them going again',
    examples: ['refunds', 'refunds --event 1042', 'refunds --event 1042 --retry'],
    options: [
      ['--event <id>', 'only of this event'],
      ['--retry', 'try them again, once what stood in the way is gone'],
    ],
    needsHouse: true,
    load: () => import('./refunds.ts'),
  },
  {
    usage: 'outbox',
    summary: 'list facts that were given up, a mail that nobody took for instance, and try them again',
    examples: ['outbox', 'outbox --retry mail'],
    options: [['--retry <consumer>', 'another round for all that this consumer gave up']],
    needsHouse: true,
    load: () => import('./outbox.ts'),
  },
  {
    usage: 'retention',
    summary: 'delete what need not be kept any longer, and its traces in the database files',
    examples: ['retention --dry-run', 'retention', 'retention --guest-days 90'],
    options: [
      ['--dry-run', 'only count what would go'],
      ['--guest-days <days>', 'forget guests who were not heard of for so long, instead of 400 days'],
      ['--no-rewrite', 'vacuum the tables of people without writing them anew: no table is locked'],
    ],
    needsHouse: true,
    load: () => import('./retention.ts'),
  },
  {
    usage: 'audit',
    summary: 'replay every ledger and compare it with seats, holds, tickets and money',
    examples: [
      'audit',
      'audit --event 42 --json',
      'audit --checkpoint heads.ndjson',
      'audit --since heads.ndjson --gateway http://localhost:12111',
    ],
    options: [
      ['--event <id>', 'only this event'],
      ['--json', 'one JSON document: {"audit": "clean"} or the findings'],
      ['--data-dir <folder>', 'the data folder, instead of USHER_DATA_DIR or DATABASE_URL'],
      ['--no-money', 'leave orders, payments and refunds out'],
      ['--gateway <url>', 'compare the books of the payment provider at this address with the payments'],
      ['--checkpoint <file>', 'when all is clean, write where every ledger stands'],
      ['--since <file>', 'every ledger must still contain what this checkpoint saw'],
    ],
    load: () => import('./audit.ts'),
  },
  {
    usage: 'demo',
    summary: 'load real concerts, a multiplex, a stadium show and a club night to try things with',
    examples: ['demo'],
    load: () => import('./demo.ts'),
  },
  {
    usage: 'import events <file>',
    summary: 'import schema.org events: JSON, one a line or an array, plain or gzip; idempotent by @id',
    examples: [
      'import events concerts.ndjson.gz',
      'import events concerts.json --dry-run',
      'import events konzerte.ndjson --language de',
    ],
    options: [
      ['--dry-run', 'read and check everything, change nothing'],
      ['--language <tag>', 'language of texts that name none', 'en'],
      ['--no-pictures', 'leave out the pictures that the file names'],
    ],
    load: () => import('./import-events.ts'),
  },
  {
    usage: 'import layout <file>',
    summary: "import a seating plan, in the pretix format or Usher's; prints its hash",
    examples: ['import layout hall.json', 'import layout hall.json --dry-run'],
    options: [['--dry-run', 'only check it']],
    load: () => import('./import-layout.ts'),
  },
  {
    usage: 'apply <file>',
    summary: 'bring an event to what a YAML file says: shows what will be different and asks first',
    examples: ['apply examples/evening.yaml', 'apply evening.yaml --dry-run', 'apply evening.yaml --yes'],
    options: [
      ['-y, --yes', 'do not ask, for scripts'],
      ['--dry-run', 'only show what would be different'],
      [
        '--organiser <name|id>',
        'whose event it is, where there are several; left out: of who has the external_id, else the first',
      ],
    ],
    load: () => import('./apply.ts'),
  },
  {
    usage: 'export event <id>',
    summary: 'print an event as a file for usher apply',
    examples: ['export event 1042 > evening.yaml'],
    needsHouse: true,
    load: () => import('./export-event.ts'),
  },
  {
    usage: 'export layout <hash>',
    summary: 'print a layout as it was imported',
    examples: ['export layout 3f2a… > hall.json', 'export layout 3f2a… --format pretix'],
    options: [['--format <name>', 'pretix or usher; as it came in where it is left out']],
    needsHouse: true,
    load: () => import('./export-layout.ts'),
  },
  {
    usage: 'search rebuild',
    summary: 'build what is searched anew from the catalog; searching goes on meanwhile',
    examples: ['search rebuild'],
    needsHouse: true,
    load: () => import('./search-rebuild.ts'),
  },
  {
    usage: 'verify-ticket <code>',
    summary: 'say whether a ticket is valid, void, forged or of another event',
    examples: [
      'verify-ticket DEFBWLB5…',
      'verify-ticket codes.txt --keys keys.json --voided void.jws --event 1042',
    ],
    options: [
      [
        '--keys <file|url>',
        'the house’s public keys (/.well-known/jwks.json), to check without a database; if left out, the database here is asked, else the server on this machine for its keys',
      ],
      ['--voided <file>', 'what voided-list wrote for this event'],
      ['--event <id>', 'the event at whose door you stand'],
      ['--test', 'let tickets pass that were paid with test money'],
    ],
    load: () => import('./verify-ticket.ts'),
  },
  {
    usage: 'voided-list <event>',
    summary: 'write the signed list of tickets that became void',
    examples: ['voided-list 1042 --out void.jws', 'voided-list 1042 --since 4711'],
    options: [
      ['--since <version>', 'only what became void after this version of the event', '0'],
      ['--out <file>', 'write it there; to the screen if left out'],
    ],
    needsHouse: true,
    load: () => import('./voided-list.ts'),
  },
]

/** What the groups of commands are for. */
export const GROUPS: Readonly<Record<string, string>> = {
  operator: 'who works with the house: let them in, list them, end them',
  organiser: 'whose events the house sells',
  keys: 'keys that sign, and the key that wraps them',
  import: 'bring in events and seating plans from files',
  export: 'print an event or a seating plan as a file',
  search: 'what people find events by',
}
