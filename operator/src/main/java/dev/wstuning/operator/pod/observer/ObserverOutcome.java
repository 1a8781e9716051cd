package dev.wstuning.operator.pod.observer;

/** What an API server answered to a request to add an observer. */
public enum ObserverOutcome {
  SENT,
  /** The pod changed or went meanwhile. */
  POD_CHANGED,
  /** The API server does not want this observer. */
  REFUSED_4XX,
  /** Too many requests. */
  BUSY_429,
  FAILED_5XX,
  NO_ANSWER
}
