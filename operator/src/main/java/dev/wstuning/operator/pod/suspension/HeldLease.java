package dev.wstuning.operator.pod.suspension;

import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Where replicas report to the leader what they hold: a Lease with an annotation for each of them.
 * A replica that starts again under its old name reads there what it held.
 */
public final class HeldLease {

  static final String NAME = "wstuning-suspensions";

  private static final String PREFIX = "held.wstuning.dev/";

  /** The name part of an annotation's key has at most this many characters. */
  private static final int LONGEST = 63;

  private final KubernetesClient client;
  private final String namespace;
  private final String instance;
  private final RefusalWatch watch;
  private Optional<List<Held>> written = Optional.empty();

  /**
   * @param namespace the operator's own
   * @param instance the name of this replica
   */
  public HeldLease(KubernetesClient client, String namespace, String instance, RefusalWatch watch) {
    this.client = client;
    this.namespace = namespace;
    this.instance = instance;
    this.watch = watch;
  }

  /** Writes if there is something new. To be called each second. */
  public synchronized void write() {
    if (written.isEmpty()) {
      List<Held> before =
          Optional.ofNullable(annotations(client, namespace).get(key()))
              .map(HeldText::read)
              .orElse(List.of());
      watch.restore(before);
      written = Optional.of(before);
    }
    List<Held> now = watch.held();
    if (!written.get().equals(now)) {
      client
          .resource(lease(now))
          .fieldManager("wstuning-" + instance)
          .forceConflicts()
          .serverSideApply();
      written = Optional.of(now);
    }
  }

  /** Each replica applies its annotation alone, so none overwrites that of another. */
  private Lease lease(List<Held> held) {
    return new LeaseBuilder()
        .withNewMetadata()
        .withName(NAME)
        .withNamespace(namespace)
        .addToLabels("app.kubernetes.io/name", "wstuning")
        .withAnnotations(held.isEmpty() ? Map.of() : Map.of(key(), HeldText.write(held)))
        .endMetadata()
        .build();
  }

  private String key() {
    return PREFIX + instance.substring(Math.max(0, instance.length() - LONGEST));
  }

  /**
   * What all replicas wrote. What is out of date is removed: no replica that is gone does that.
   *
   * @param outdated until when what was to be tried is of no interest any more
   */
  static Stream<Held> all(KubernetesClient client, String namespace, Instant outdated) {
    Map<String, List<Held>> byReplica = new HashMap<>();
    annotations(client, namespace).entrySet().stream()
        .filter(e -> e.getKey().startsWith(PREFIX))
        .forEach(e -> byReplica.put(e.getKey(), HeldText.read(e.getValue())));
    List<String> old =
        byReplica.entrySet().stream()
            .filter(e -> !e.getValue().isEmpty())
            .filter(e -> e.getValue().stream().allMatch(h -> h.nextTry().isBefore(outdated)))
            .map(Map.Entry::getKey)
            .toList();
    if (!old.isEmpty()) {
      remove(client, namespace, old);
    }
    return byReplica.values().stream()
        .flatMap(List::stream)
        .filter(h -> !h.nextTry().isBefore(outdated));
  }

  private static void remove(KubernetesClient client, String namespace, List<String> keys) {
    // Serializers leave out what is null. Keys have no character that JSON would escape.
    String gone = keys.stream().map("\"%s\": null"::formatted).collect(Collectors.joining(", "));
    client
        .leases()
        .inNamespace(namespace)
        .withName(NAME)
        .patch(
            PatchContext.of(PatchType.JSON_MERGE),
            "{\"metadata\": {\"annotations\": {%s}}}".formatted(gone));
  }

  private static Map<String, String> annotations(KubernetesClient client, String namespace) {
    Lease lease = client.leases().inNamespace(namespace).withName(NAME).get();
    return lease == null
        ? Map.of()
        : Objects.requireNonNullElse(lease.getMetadata().getAnnotations(), Map.of());
  }
}
