// Preloaded into a service (--import): its wall clock goes wrong by `?offsetMs=`. Clocks that only measure
// spans stay as they are, as they do on a machine whose time is set wrong.
const offsetMs = Number(new URL(import.meta.url).searchParams.get('offsetMs'));
const realNow = Date.now;
const now = () => realNow() + offsetMs;

globalThis.Date = new Proxy(Date, {
  construct: (target, args, newTarget) =>
    Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget),
  apply: (target) => new target(now()).toString(),
  get: (target, name) => (name === 'now' ? now : Reflect.get(target, name)),
});

const { timeOrigin } = performance;
Object.defineProperty(performance, 'timeOrigin', { get: () => timeOrigin + offsetMs });
