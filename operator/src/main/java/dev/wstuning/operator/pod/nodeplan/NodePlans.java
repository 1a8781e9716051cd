package dev.wstuning.operator.pod.nodeplan;

import dev.wstuning.operator.api.v1alpha1.WebSocketTuning;
import dev.wstuning.operator.publish.TargetRequests;
import dev.wstuning.operator.publish.WriteBudget;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.util.Collection;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Keeps the plans that the agents of nodes read as the tunings want them. */
public final class NodePlans implements AutoCloseable {

  /** Each plan that is written goes to the agents of all nodes, of which there may be thousands. */
  static final int WRITES_PER_SECOND = 5;

  private final ClusterPlans plans;
  private final PodPlanWriter writer;

  /**
   * @param patient a client that repeats what fails, to watch
   * @param impatient a client that does not, to write
   * @param tunings those of all namespaces
   * @param touchable whether pods of a namespace may be tuned at all
   * @param nanoTime a monotonic clock, such as {@link System#nanoTime}
   */
  public NodePlans(
      KubernetesClient patient,
      KubernetesClient impatient,
      Supplier<Collection<WebSocketTuning>> tunings,
      Predicate<String> touchable,
      LongSupplier nanoTime) {
    plans = new ClusterPlans(patient, impatient);
    TargetRequests requests =
        new TargetRequests(new WriteBudget(WRITES_PER_SECOND, nanoTime), nanoTime);
    writer = new PodPlanWriter(tunings, plans, touchable, requests, nanoTime);
  }

  /**
   * Begins to list and watch, and returns at once.
   *
   * @param stopped hears if the cache stops by itself
   */
  public void start(BiConsumer<SharedIndexInformer<?>, Throwable> stopped) {
    plans.start(stopped);
  }

  public boolean watching() {
    return plans.watching();
  }

  /** Writes what differs, and removes what is not needed. */
  public void converge() {
    writer.converge();
  }

  @Override
  public void close() {
    plans.close();
  }
}
