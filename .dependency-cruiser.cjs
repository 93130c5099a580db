/**
 * The dependency rule of docs: 0 core, i18n · 1 ports · 2 app, delivery · 3 transport/*, store, providers · 4 main.ts.
 * An import points to a lower level or into its own folder; level-3 folders never meet.
 */
const only = (name, from, to, comment) => ({ name, severity: 'error', comment, from, to });
module.exports = {
  forbidden: [
    only('no-circular', {}, { circular: true }),
    only('core-imports-core', { path: '^src/(core|i18n)/' }, { path: '^src/', pathNot: '^src/(core|i18n)/' }),
    only(
      'core-imports-no-package',
      { path: '^src/(core|i18n)/', pathNot: '^src/core/phoneNumber\\.ts$' },
      { dependencyTypes: ['npm', 'npm-dev', 'npm-peer', 'npm-optional', 'core', 'npm-no-pkg', 'npm-unknown'] },
    ),
    only(
      'phone-number-imports-libphonenumber-only',
      { path: '^src/core/phoneNumber\\.ts$' },
      { dependencyTypes: ['npm', 'npm-dev', 'core', 'npm-no-pkg', 'npm-unknown'], pathNot: 'libphonenumber-js' },
    ),
    only('ports-are-types', { path: '^src/ports/' }, { path: '^src/', pathNot: '^src/(core|i18n|ports)/' }),
    only('ports-import-no-package', { path: '^src/ports/' }, { dependencyTypes: ['npm', 'npm-dev', 'core'] }),
    only('app-imports-down', { path: '^src/app/' }, { path: '^src/', pathNot: '^src/(core|i18n|ports|app)/' }),
    only(
      'delivery-imports-down',
      { path: '^src/delivery/' },
      { path: '^src/', pathNot: '^src/(core|i18n|ports|delivery)/' },
    ),
    only(
      'store-sees-core-and-ports',
      { path: '^src/store/' },
      { path: '^src/', pathNot: '^src/(core|i18n|ports|store)/' },
    ),
    only(
      'providers-see-core-and-ports',
      { path: '^src/providers/' },
      { path: '^src/', pathNot: '^src/(core|i18n|ports|providers)/' },
    ),
    only(
      'transport-imports-down',
      { path: '^src/transport/([^/]+)/' },
      { path: '^src/', pathNot: '^src/(core|i18n|ports|app|delivery|transport/$1)/' },
    ),
    only('nothing-imports-main', { pathNot: '^src/(main\\.ts|cli/)' }, { path: '^src/(main\\.ts|cli/)' }),
    only(
      'database-only-in-store',
      { path: '^src/', pathNot: '^src/store/' },
      { path: 'node_modules/(drizzle-orm|better-sqlite3|pg)/' },
    ),
    only(
      'web-only-in-transport',
      { path: '^src/', pathNot: '^src/transport/' },
      { path: 'node_modules/(express|handlebars|smtp-server|mailparser)/' },
    ),
    only(
      'twilio-only-in-its-places',
      { path: '^src/', pathNot: '^src/(transport/twilio|providers)/' },
      { path: 'node_modules/twilio/' },
    ),
    only(
      'nodemailer-only-in-providers',
      { path: '^src/', pathNot: '^src/providers/' },
      { path: 'node_modules/nodemailer/' },
    ),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'types', 'node', 'default'] },
  },
};
