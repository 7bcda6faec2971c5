import type { Scenario } from '../scenario.ts';

const REPLICAS = 3;

export const rollingRestart: Scenario = {
  name: 'rolling-restart',
  fault: 'three replicas replaced one after the other (SIGTERM) under load',
  holds: 'none twice',
  async run(stage) {
    await stage.standalone();
    const services = await stage.serve(REPLICAS);
    let loaded = false;
    const load = stage.load({ forMs: stage.sized(4000, 20_000) }).finally(() => {
      loaded = true;
    });
    do {
      for (const old of services.splice(0)) {
        await stage.serve(1).then((next) => services.push(...next));
        await stage.services.stop(old);
        stage.struck += 1;
      }
    } while (!loaded && stage.form === 'long');
    await load;
  },
};
