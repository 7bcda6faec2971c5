import { callApi, type ServiceProcess } from '../../harness/service.ts';
import { until } from '../../harness/until.ts';

/** Services that look for alarms so often, in ms, find them while a scenario lasts. */
export const LOOK_EVERY_MS = 1000;

const ALARM = /^agendamento_alarm\{alarm="([^"]+)"\} 1$/gm;

/** A machine under load takes its time, in ms. */
const DEADLINE_MS = 30_000;

/** Waits until services have raised just these alarms: in their statistics, their health and their metrics. */
export async function untilAlarms(
  services: readonly ServiceProcess[],
  expected: readonly string[],
): Promise<void> {
  const wanted = [...expected].sort().join();
  for (const { url } of services) {
    const look = async () => {
      const told = await Promise.all([inStats(url), inHealth(url), inMetrics(url)]);
      return told.every((alarms) => [...alarms].sort().join() === wanted);
    };
    await until(`${url} raises ${wanted || 'no alarm'}`, look, DEADLINE_MS);
  }
}

async function inStats(url: string): Promise<readonly string[]> {
  return ((await read(url, '/stats')) as { alarms: string[] }).alarms;
}

async function inHealth(url: string): Promise<readonly string[]> {
  return ((await read(url, '/health')) as { alarms?: string[] }).alarms ?? [];
}

async function inMetrics(url: string): Promise<readonly string[]> {
  const answer = await callApi(url, 'GET', '/metrics');
  return [...(await answer.text()).matchAll(ALARM)].map(([, alarm = '']) => alarm);
}

async function read(url: string, path: string): Promise<unknown> {
  return (await callApi(url, 'GET', path)).json();
}
