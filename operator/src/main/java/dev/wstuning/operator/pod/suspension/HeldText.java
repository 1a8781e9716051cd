package dev.wstuning.operator.pod.suspension;

import dev.wstuning.operator.pod.selection.Workload;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** How replicas write down what they hold. */
final class HeldText {

  /** As many as fit into an annotation. */
  private static final int MOST = 300;

  private HeldText() {}

  private record Owners(List<Owner> owners) {}

  private record Owner(
      String namespace,
      String tuning,
      String uid,
      String group,
      String kind,
      String name,
      String mark,
      int attempts,
      String since,
      String nextTry,
      boolean anyway) {

    static Owner of(Held held) {
      Target target = held.target();
      Workload owner = target.owner();
      return new Owner(
          target.namespace(),
          target.tuning(),
          target.uid(),
          owner.group(),
          owner.kind(),
          owner.name(),
          target.mark().toString(),
          held.attempts(),
          held.since().toString(),
          held.nextTry().toString(),
          held.anyway());
    }

    Optional<Held> held() {
      try {
        return Optional.of(
            new Held(
                new Target(
                    namespace, tuning, uid, new Workload(group, kind, name), Mark.parse(mark)),
                attempts,
                Instant.parse(since),
                Instant.parse(nextTry),
                anyway));
      } catch (DateTimeException | NullPointerException e) {
        return Optional.empty();
      }
    }
  }

  static String write(List<Held> held) {
    return Serialization.asJson(new Owners(held.stream().limit(MOST).map(Owner::of).toList()));
  }

  /** What can be read: a replica of another version may have written it. */
  static List<Held> read(String text) {
    try {
      Owners owners = Serialization.unmarshal(text, Owners.class);
      return owners == null || owners.owners() == null
          ? List.of()
          : owners.owners().stream()
              .filter(Objects::nonNull)
              .map(Owner::held)
              .flatMap(Optional::stream)
              .toList();
    } catch (IllegalArgumentException | KubernetesClientException e) {
      return List.of();
    }
  }
}
