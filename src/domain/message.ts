/** What a client asked for, validated: the input of the `schedule` transition. */
export interface NewMessage {
  readonly id: string;
  /** The due time exactly as the client wrote it; kept so that `redis-cli` shows what was asked. */
  readonly scheduleTo: string;
  /** The instant `scheduleTo` names, in epoch ms. */
  readonly dueAt: number;
  readonly webhookUrl: string;
  /** The webhook's body: JSON text. */
  readonly payload: string;
}

/** A message this process holds a lease on, ready for one attempt. */
export interface ClaimedMessage {
  readonly id: string;
  readonly webhookUrl: string;
  readonly payload: string;
  /** 1 for the first attempt. */
  readonly attempt: number;
  /** The instant the client asked for, in epoch ms. The same on every attempt. */
  readonly scheduledFor: number;
  /** How late the claim was: Redis time of the claim − due time of this attempt, in ms. */
  readonly claimLateness: number;
  /** Fences the settle: only the holder of the current token may settle the message. */
  readonly claimToken: string;
}

/** One row of the list of messages waiting for delivery. */
export interface PendingMessage {
  readonly id: string;
  readonly webhookUrl: string;
  /** Due time of the next (or current) attempt, in epoch ms. */
  readonly dueAt: number;
}
