/** The child of a counter: one set of its labels' values. */
export interface Counting {
  inc(value?: number): void;
}

/** The child of a histogram. */
export interface Observing {
  observe(value: number): void;
}

/**
 * Makes the child of a metric for each value of its labels once.
 * @param make makes the child of a value
 */
export function childOf<Child>(make: (value: string) => Child): (value: string) => Child {
  const children = new Map<string, Child>();
  return (value) => {
    let child = children.get(value);
    if (child === undefined) {
      child = make(value);
      children.set(value, child);
    }
    return child;
  };
}
