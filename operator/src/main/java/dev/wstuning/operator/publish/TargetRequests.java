package dev.wstuning.operator.publish;

import dev.wstuning.operator.pace.Backoff;
import dev.wstuning.operator.pace.Backoff.Refusal;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends requests to the API server, each for one target, so that a refused target does not stop the
 * others and is not requested again before its pause is over. Targets have names as in kubectl,
 * such as {@code pod/NAME}.
 */
public final class TargetRequests {

  private static final Logger LOG = LoggerFactory.getLogger(TargetRequests.class);

  private static final Duration FIRST = Duration.ofSeconds(10);
  private static final Duration LONGEST = Duration.ofMinutes(10);

  /**
   * The first pause after a fault of the API server. A fault ends the pass, and the next pass skips
   * the target, in case the fault concerns only that target. The pause grows as after a refusal.
   * Otherwise several targets that fail slowly would take turns, and those behind them would never
   * be reached.
   */
  private static final Duration FAULT = Duration.ofSeconds(30);

  private static final int TOO_MANY_REQUESTS = 429;

  private final WriteBudget budget;
  private final Backoff<String> refusals;
  private final Backoff<String> faults;

  /** What was refused, by target. */
  private final Map<String, Object> refused = new ConcurrentHashMap<>();

  /**
   * @param budget how many requests are sent
   * @param nanoTime a monotonic clock, such as {@link System#nanoTime}
   */
  public TargetRequests(WriteBudget budget, LongSupplier nanoTime) {
    this.budget = budget;
    refusals = new Backoff<>(FIRST, LONGEST, nanoTime);
    faults = new Backoff<>(FAULT, LONGEST, nanoTime);
  }

  /**
   * Sends {@code request}, unless the same was refused a short while ago, or too many were sent:
   * the next pass sends it then.
   *
   * @param wanted what the request contains; a different request is sent at once
   * @return whether the request was sent and granted
   * @throws KubernetesClientException if the answer concerns no target in particular, so that
   *     requests for others are useless now
   */
  public boolean ask(String target, Object wanted, Runnable request) {
    if (!wanted.equals(refused.get(target))) {
      settled(target);
    }
    if (mustWait(target) || !budget.take()) {
      return false;
    }
    try {
      request.run();
      settled(target);
      return true;
    } catch (KubernetesClientException e) {
      refused.put(target, wanted);
      note(target, e);
      return false;
    }
  }

  private void note(String target, KubernetesClientException e) {
    if (isFault(e)) {
      faults.refused(target, words(e));
      throw e;
    }
    Refusal refusal = refusals.refused(target, words(e));
    LOG.warn(
        "msg=\"the API server refused\" target=\"{}\" againInSeconds={} problem=\"{}\"",
        target,
        refusal.pause().toSeconds(),
        refusal.why());
  }

  /** Without an answer the client gives no code, or a negative one. */
  private static boolean isFault(KubernetesClientException e) {
    int code = e.getCode();
    return code <= 0
        || code == HttpURLConnection.HTTP_UNAUTHORIZED
        || code == TOO_MANY_REQUESTS
        || code >= HttpURLConnection.HTTP_INTERNAL_ERROR;
  }

  /** The message of the API server, without the request that the client adds to it. */
  private static String words(KubernetesClientException e) {
    return e.getStatus() == null || e.getStatus().getMessage() == null
        ? String.valueOf(e.getMessage())
        : e.getStatus().getMessage();
  }

  /** A pass over all targets begins. */
  public void beginPass() {
    budget.begin();
  }

  /** Whether this pass left requests for the next one. */
  public boolean leftOver() {
    return budget.exceeded();
  }

  /** Notes that {@code target} needs no request. */
  public void settled(String target) {
    refused.remove(target);
    refusals.succeeded(target);
    faults.succeeded(target);
  }

  /** Forgets all targets except these. */
  public void retain(Set<String> targets) {
    refused.keySet().retainAll(targets);
    refusals.forget(target -> !targets.contains(target));
    faults.forget(target -> !targets.contains(target));
  }

  /** Whether {@code target} must not be requested yet. */
  public boolean mustWait(String target) {
    return pause(target).isPresent();
  }

  /** How long {@code target} must not be requested yet. */
  public Optional<Duration> pause(String target) {
    return Stream.of(refusals, faults)
        .flatMap(b -> b.pending(target).map(b::remaining).stream())
        .max(Duration::compareTo);
  }

  /** The message of the latest refusal, until {@code target} is granted. */
  public Optional<String> why(String target) {
    return refusals.latest(target).or(() -> faults.latest(target)).map(Refusal::why);
  }

  /** Targets that were refused, and not granted since. */
  public Set<String> targets() {
    return Set.copyOf(refused.keySet());
  }
}
