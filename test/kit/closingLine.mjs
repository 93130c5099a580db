/** Ends the run with one plain line, `N passed, N failed`, which CI reads. */
export default class ClosingLine {
  onRunComplete(_contexts, results) {
    // A file that could not be run has no failed test of its own, but it is a failure.
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
    const skipped = results.numPendingTests > 0 ? `, ${results.numPendingTests} skipped` : '';
    process.stdout.write(`\n${results.numPassedTests} passed, ${failed} failed${skipped}\n`);
  }
}
