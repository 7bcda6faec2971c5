import type { Durability } from '../../domain/durability.ts';
import type { Connections, Master, Route } from '../connections/connections.ts';
import { WaitLane } from './wait-lane.ts';

/** Waits until changes are as safe as asked; a lane for each master and durability, made when first needed. */
export class Waits {
  private readonly connections: Connections;
  private readonly timeoutMs: number;
  private readonly lanes = new Map<Master, Map<Durability, WaitLane>>();
  private readonly stopListening: () => void;

  /** @param timeoutMs no wait takes longer */
  constructor(connections: Connections, timeoutMs: number) {
    this.connections = connections;
    this.timeoutMs = timeoutMs;
    this.stopListening = connections.onChange(() => this.forgetOthers(connections.masters()));
  }

  /**
   * Makes sure that every master can wait for that.
   * @throws UnsupportedDurabilityError when one cannot
   * @throws StoreUnavailableError when one cannot be asked now
   */
  async check(durability: Durability): Promise<void> {
    if (durability === 'memory') return;
    const lanes = this.connections.masters().map((master) => this.laneOf(master, durability));
    await Promise.all(lanes.map((lane) => lane.check()));
  }

  /**
   * Waits until what was written on a route is as safe as asked. It counts only at the very server that was
   * written to, and only if that has been master all along: another may not have what was written.
   * @param route as it was before the write
   * @returns whether it is, as far as is known
   * @throws StoreUnavailableError when no master answers
   */
  async reached(route: Route, durability: Durability): Promise<boolean> {
    const lane = this.laneOf(route.master, durability);
    const { reached, history } = await lane.join();
    const written = await route.history;
    if (history !== undefined && history === written) return reached;
    // One of the two connections leads elsewhere, or knows of an earlier time.
    route.link.renew();
    lane.connectAnew();
    return false;
  }

  /** Closes every connection for good. */
  close(): void {
    this.stopListening();
    this.forgetOthers([]);
  }

  private laneOf(master: Master, durability: Durability): WaitLane {
    const lanes = this.lanes.get(master) ?? new Map<Durability, WaitLane>();
    this.lanes.set(master, lanes);
    let lane = lanes.get(durability);
    if (lane === undefined) {
      lane = new WaitLane(master.createConnection('waits'), durability, this.timeoutMs);
      lanes.set(durability, lane);
    }
    return lane;
  }

  private forgetOthers(masters: readonly Master[]): void {
    for (const [master, lanes] of this.lanes) {
      if (masters.includes(master)) continue;
      for (const lane of lanes.values()) lane.close();
      this.lanes.delete(master);
    }
  }
}
