export { until } from '../../scripts/harness/until.ts';
