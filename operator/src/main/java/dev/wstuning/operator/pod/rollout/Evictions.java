package dev.wstuning.operator.pod.rollout;

import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus.Intent;
import dev.wstuning.operator.pace.RateLimit;
import dev.wstuning.operator.pod.observation.PodFacts;
import dev.wstuning.operator.pod.rollout.RolloutListener.Outcome;
import io.fabric8.kubernetes.api.model.DeleteOptionsBuilder;
import io.fabric8.kubernetes.api.model.policy.v1.Eviction;
import io.fabric8.kubernetes.api.model.policy.v1.EvictionBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one place where pods are evicted: announced before, and few a second in the whole cluster.
 */
public final class Evictions {

  /** Action of an intent. */
  static final String EVICT = "Evict";

  /** The plan of an intent that replaces a pod because it cannot start. */
  private static final String CANNOT_START = "none";

  /** The status is written at the end of a pass. */
  static final Duration ANNOUNCED_WAIT = Duration.ofSeconds(1);

  static final Duration REFUSED_WAIT = Duration.ofSeconds(30);

  private static final int PER_SECOND = 5;

  private static final Logger LOG = LoggerFactory.getLogger(Evictions.class);

  private final KubernetesClient client;
  private final RolloutListener listener;
  private final RateLimit rate;

  /**
   * @param nanoTime a monotonic clock, such as {@link System#nanoTime}
   */
  public Evictions(KubernetesClient client, RolloutListener listener, LongSupplier nanoTime) {
    this.client = client;
    this.listener = listener;
    this.rate = new RateLimit(PER_SECOND, nanoTime);
  }

  /**
   * Replaces pods that cannot start, if they were announced, and announces the others.
   *
   * @param announced what the status announces
   * @param done hears of each pod that went
   */
  public Progress replace(List<PodFacts> pods, List<Intent> announced, Consumer<PodFacts> done) {
    return replace(pods, CANNOT_START, announced, done);
  }

  /**
   * The same for other pods.
   *
   * @param plan the hash of the plan that their successors get
   */
  Progress replace(
      List<PodFacts> pods, String plan, List<Intent> announced, Consumer<PodFacts> done) {
    List<Intent> intents = new ArrayList<>();
    Optional<Duration> again = Optional.empty();
    for (PodFacts pod : pods) {
      Intent intent = new Intent(EVICT, pod.workload().orElseThrow().toString(), pod.name(), plan);
      if (announced.contains(intent) && evict(pod)) {
        done.accept(pod);
        continue;
      }
      if (intents.size() < Progress.MOST) {
        intents.add(intent);
      }
      again = Optional.of(announced.contains(intent) ? REFUSED_WAIT : ANNOUNCED_WAIT);
    }
    return new Progress(intents, again);
  }

  /**
   * Evicts, which respects disruption budgets; whether it was granted. If too many were evicted in
   * the cluster this second, it is not.
   */
  boolean evict(PodFacts pod) {
    if (!takesTurn()) {
      return false;
    }
    try {
      boolean granted =
          client.pods().inNamespace(pod.namespace()).withName(pod.name()).evict(eviction(pod));
      LOG.info(
          "msg=\"pod evicted\" namespace={} pod={} granted={}",
          pod.namespace(),
          pod.name(),
          granted);
      listener.evicted(granted ? Outcome.DONE : Outcome.REFUSED);
      return granted;
    } catch (KubernetesClientException e) {
      LOG.warn(
          "msg=\"pod not evicted\" namespace={} pod={} problem=\"{}\"",
          pod.namespace(),
          pod.name(),
          e.getMessage());
      listener.evicted(Outcome.of(e));
      return false;
    }
  }

  private synchronized boolean takesTurn() {
    if (rate.untilTurn() > 0) {
      return false;
    }
    rate.take();
    return true;
  }

  /** An eviction of this pod, not of a new one with the same name, as in a StatefulSet. */
  private static Eviction eviction(PodFacts pod) {
    return new EvictionBuilder()
        .withNewMetadata()
        .withName(pod.name())
        .withNamespace(pod.namespace())
        .endMetadata()
        .withDeleteOptions(
            new DeleteOptionsBuilder()
                .withNewPreconditions()
                .withUid(pod.uid())
                .endPreconditions()
                .build())
        .build();
  }
}
