package dev.wstuning.e2e.support;

import java.time.Duration;

/**
 * When a story gives up. A story waits for a state, however long a busy machine takes; a deadline
 * only ends a hang. That something is fast is an assertion of its own.
 */
public final class Deadline {

  /** For a state to come. */
  public static final Duration STATE = Duration.ofMinutes(5);

  /** For an answer of the API server, which gives up after a minute itself. */
  public static final Duration REQUEST = Duration.ofMinutes(2);

  /** For a command of the host to end, which may itself wait for a state. */
  public static final Duration COMMAND = Duration.ofMinutes(6);

  private Deadline() {}

  /** The flag of kubectl. */
  public static String flag() {
    return "--timeout=%ds".formatted(STATE.toSeconds());
  }
}
