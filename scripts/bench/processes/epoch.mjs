/**
 * Epoch time in ms with the resolution of the monotonic clock, about a microsecond. The same in every
 * process, as long as nobody sets the wall clock meanwhile.
 * @returns {number}
 */
export function epochNow() {
  return performance.timeOrigin + performance.now();
}
