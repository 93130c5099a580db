/**
 * Milliseconds of processor that this process has used. What others do on the machine does not count, so a bound on it
 * says something about the work; a bound by the clock on the wall says something about the machine.
 */
export function spentMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}
