import type { Durability } from '../domain/durability.ts';

/** What the process promises of changes, and what its Redis can. */
export interface DurabilityOptions {
  /** Of requests that ask for none. */
  readonly standard: Durability;
  /** @throws UnsupportedDurabilityError when this Redis cannot */
  readonly check: (durability: Durability) => Promise<void>;
}

/** Tells how durable a change has to be, by what its request asks for. */
export type ChooseDurability = (asked: Durability | undefined) => Promise<Durability>;

/**
 * A request may ask for more than is configured, or for less: who sends it knows what it is worth.
 * What is refused is refused before anything is changed.
 */
export function durabilityChooser({ standard, check }: DurabilityOptions): ChooseDurability {
  return async (asked = standard) => {
    if (asked !== standard) await check(asked);
    return asked;
  };
}

/** What an answer says of it: nothing where memory is enough. */
export function durabilityReached(durability: Durability): { durability?: Durability } {
  return durability === 'memory' ? {} : { durability };
}
