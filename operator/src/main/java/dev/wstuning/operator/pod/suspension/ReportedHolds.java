package dev.wstuning.operator.pod.suspension;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;

/** What all replicas hold, as the leader reads it. */
public final class ReportedHolds {

  /** If no pod was made for that long after a trial was due, what was reported is out of date. */
  private static final Duration OUTDATED = Duration.ofHours(2);

  private final Clock clock;
  private final KubernetesClient client;
  private final String namespace;
  private final RefusalWords words;
  private final BiConsumer<String, String> changed;

  /** By the uid of the tuning. */
  private volatile Map<String, List<Report>> byTuning = Map.of();

  /**
   * @param words those of what refuses the pods
   */
  record Report(Held held, String words) {}

  /**
   * @param namespace the operator's own
   * @param changed hears the namespace and the name of a tuning about which there is news
   */
  public ReportedHolds(
      Clock clock,
      KubernetesClient client,
      String namespace,
      RefusalWords words,
      BiConsumer<String, String> changed) {
    this.clock = clock;
    this.client = client;
    this.namespace = namespace;
    this.words = words;
    this.changed = changed;
  }

  List<Report> of(String tuningUid) {
    return byTuning.getOrDefault(tuningUid, List.of());
  }

  /** Reads what replicas wrote. To be called every two seconds. */
  public void look() {
    Map<Held, Report> known =
        byTuning.values().stream()
            .flatMap(List::stream)
            .collect(Collectors.toMap(Report::held, r -> r, (a, b) -> a));
    Map<String, List<Report>> now = new HashMap<>();
    HeldLease.all(client, namespace, clock.instant().minus(OUTDATED))
        .distinct()
        .map(h -> known.containsKey(h) ? known.get(h) : new Report(h, words.of(h.target())))
        .collect(Collectors.groupingBy(r -> r.held().target().uid()))
        .forEach(now::put);
    Map<String, List<Report>> before = byTuning;
    byTuning = now;
    Set<String> uids = new HashSet<>(before.keySet());
    uids.addAll(now.keySet());
    uids.stream()
        .filter(uid -> !now.getOrDefault(uid, List.of()).equals(before.get(uid)))
        .map(uid -> now.getOrDefault(uid, before.get(uid)).get(0).held().target())
        .forEach(target -> changed.accept(target.namespace(), target.tuning()));
  }
}
