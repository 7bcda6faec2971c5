import { writeFileSync } from 'node:fs';
import Mocha from 'mocha';

/**
 * The usual spec output; then how many tests passed and failed, for scripts/test.mjs, into the file
 * that its reporter option `result` names. It prints them as the last line of all.
 */
export default class ResultReporter extends Mocha.reporters.Spec {
  /**
   * @param {import('mocha').Runner} runner
   * @param {import('mocha').MochaOptions} options
   */
  constructor(runner, options) {
    super(runner, options);
    runner.once(Mocha.Runner.constants.EVENT_RUN_END, () => {
      const { passes: passed, failures: failed } = this.stats;
      writeFileSync(options.reporterOptions.result, JSON.stringify({ passed, failed }));
    });
  }
}
