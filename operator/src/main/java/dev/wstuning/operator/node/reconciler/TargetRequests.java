package dev.wstuning.operator.node.reconciler;

import dev.wstuning.operator.pace.Backoff;
import dev.wstuning.operator.pace.Backoff.Refusal;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the API server for one target after the other, so that a target that is refused stops no
 * other, and is not requested again before its pause is over. Targets are named as kubectl does it,
 * such as {@code pod/NAME}.
 */
final class TargetRequests {

  private static final Logger LOG = LoggerFactory.getLogger(TargetRequests.class);

  private static final Duration FIRST = Duration.ofSeconds(10);
  private static final Duration LONGEST = Duration.ofMinutes(10);

  /**
   * After a fault of the API server, which ends the pass: the next one begins behind the target, in
   * case the fault is about that target alone. It grows as for a refusal: several that are slow to
   * fail would else take turns, and nothing behind them would be reached.
   */
  private static final Duration FAULT = Duration.ofSeconds(30);

  private static final int TOO_MANY_REQUESTS = 429;

  private final Backoff<String> refusals;
  private final Backoff<String> faults;

  /** What was refused, by target. */
  private final Map<String, Object> refused = new ConcurrentHashMap<>();

  TargetRequests(Clock clock) {
    refusals = new Backoff<>(FIRST, LONGEST, clock);
    faults = new Backoff<>(FAULT, LONGEST, clock);
  }

  /**
   * Sends {@code request}, unless the same was refused a short while ago.
   *
   * @param wanted what the request asks for: something else is asked for at once
   * @return whether it was sent and granted
   * @throws KubernetesClientException if the answer is about no target in particular, so that
   *     asking for others is of no use now
   */
  boolean ask(String target, Object wanted, Runnable request) {
    if (!wanted.equals(refused.get(target))) {
      settled(target);
    }
    if (mustWait(target)) {
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

  /** Those of the API server, without the request that the client writes around them. */
  private static String words(KubernetesClientException e) {
    return e.getStatus() == null || e.getStatus().getMessage() == null
        ? String.valueOf(e.getMessage())
        : e.getStatus().getMessage();
  }

  /** Notes that nothing needs to be asked for {@code target}. */
  void settled(String target) {
    refused.remove(target);
    refusals.succeeded(target);
    faults.succeeded(target);
  }

  /** Forgets all targets but these. */
  void retain(Set<String> targets) {
    refused.keySet().retainAll(targets);
    refusals.forget(target -> !targets.contains(target));
    faults.forget(target -> !targets.contains(target));
  }

  /** Whether {@code target} must not be asked for yet. */
  boolean mustWait(String target) {
    return pause(target).isPresent();
  }

  /** How long {@code target} must not be asked for yet. */
  Optional<Duration> pause(String target) {
    return Stream.of(refusals, faults)
        .flatMap(b -> b.pending(target).map(b::remaining).stream())
        .max(Duration::compareTo);
  }

  /** The words of the latest refusal, until {@code target} is granted. */
  Optional<String> why(String target) {
    return refusals.latest(target).or(() -> faults.latest(target)).map(Refusal::why);
  }

  /** Targets that were refused, and not granted since. */
  Set<String> targets() {
    return Set.copyOf(refused.keySet());
  }
}
