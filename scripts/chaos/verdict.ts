/** Something that must not happen, and did. */
export interface Violation {
  readonly kind:
    | 'lost'
    | 'early'
    | 'repeated'
    | 'wrong-id'
    | 'unasked'
    | 'refused-yet-sent'
    | 'sent-after-cancel'
    | 'unanswered'
    | 'leftover'
    | 'service'
    | 'scenario';
  /** The message, key or process it is about. */
  readonly about: string;
  readonly detail: string;
}

export interface Figures {
  /** Acknowledged messages. */
  readonly messages: number;
  /** Webhooks that arrived. */
  readonly deliveries: number;
  /** Arrivals after one that the receiver had accepted. */
  readonly repeats: number;
  /** Acknowledged messages that were neither delivered, cancelled nor failed. */
  readonly lost: number;
  /** From the due time, or from the request when that came later, to the first arrival, in ms. */
  readonly worstLatenessMs: number;
}

export interface Verdict {
  readonly violations: readonly Violation[];
  readonly figures: Figures;
}
