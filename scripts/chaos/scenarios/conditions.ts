import { CONDITIONS, type Condition } from '../conditions.ts';
import type { Scenario } from '../scenario.ts';
import { useEveryRoute } from '../stage/every-route.ts';

/** A condition by itself: the usual load, and every route of the API. */
function underCondition(condition: Condition): Scenario {
  return {
    name: condition.name,
    fault: condition.what,
    holds: 'none twice; every route of the API does its work',
    async run(stage) {
      stage.impose(condition);
      const { client } = await stage.standalone();
      await stage.serve(stage.sized(1, 2));
      await Promise.all([stage.load(), useEveryRoute(stage)]);
      stage.struck += await condition.struck(client);
    },
  };
}

export const underConditions = CONDITIONS.map(underCondition);
