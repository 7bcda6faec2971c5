import { expect } from 'chai';
import { messageBody } from './api.ts';
import { snapshot } from './message-keys.ts';
import { type Running, useService } from './use-service.ts';

/**
 * Gives a suite a service in English and a way to define tests in which every request is refused:
 * whatever the answer, nothing in Redis may have changed.
 */
export function useRefusals() {
  const running = useService({ API_LOCALE: 'en' });
  return (title: string, test: (running: Running) => Promise<void>) => {
    it(title, async () => {
      const { api, client } = running.current;
      await api.post(messageBody('kept'));
      const stored = await snapshot(client);
      await test(running.current);
      expect(await snapshot(client)).to.deep.equal(stored);
    });
  };
}
