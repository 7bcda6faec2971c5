import { expect } from 'chai';
import { ConfigError, readConfig } from '../../../src/config/config.ts';

/** What is wrong with an environment that is not accepted. */
export function problemsOf(env: Record<string, string | undefined>): readonly string[] {
  try {
    readConfig(env);
  } catch (error) {
    expect(error).to.be.instanceOf(ConfigError);
    return (error as ConfigError).problems;
  }
  throw new Error('the environment was accepted');
}
