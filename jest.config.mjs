/** Jest runs the TypeScript sources as ES modules; swc strips the types (tsc checks them in `npm run check`). */
export default {
  testEnvironment: 'node',
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      { jsc: { parser: { syntax: 'typescript' }, target: 'es2022' }, module: { type: 'es6' } },
    ],
  },
  testTimeout: 120_000,
  maxWorkers: 3,
  reporters: ['default', '<rootDir>/test/kit/closingLine.mjs'],
};
