package dev.wstuning.operator.pod.suspension;

import dev.wstuning.operator.pod.selection.Workload;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Quotes what refuses the pods of an owner, from events. They are read for people only: they are
 * merged, dropped and forgotten, so nothing is decided by them.
 */
public record RefusalWords(KubernetesClient client) {

  private static final String NOBODY_SAYS_WHY = "they never appear, and no event says why";

  private static final long MOST_EVENTS = 500;

  /** What client-go puts before the message of an event that stands for several. */
  private static final String COMBINED = "(combined from similar events): ";

  /** The latest words; a sentence of our own if there are none. */
  String of(Target target) {
    try {
      return latest(target, "type=Warning,reason=FailedCreate")
          .or(() -> latest(target, "type=Warning"))
          .orElse(NOBODY_SAYS_WHY);
    } catch (KubernetesClientException e) {
      return NOBODY_SAYS_WHY;
    }
  }

  private Optional<String> latest(Target target, String which) {
    List<Event> events =
        client
            .v1()
            .events()
            .inNamespace(target.namespace())
            .list(
                new ListOptionsBuilder()
                    .withFieldSelector(which)
                    .withResourceVersion("0")
                    .withLimit(MOST_EVENTS)
                    .build())
            .getItems();
    return events.stream()
        .filter(event -> isAbout(event, target.owner()))
        .filter(event -> event.getMessage() != null)
        .max(Comparator.comparing(RefusalWords::time))
        .map(event -> event.getMessage().replace(COMBINED, ""));
  }

  private static boolean isAbout(Event event, Workload owner) {
    String kind = Objects.requireNonNullElse(event.getInvolvedObject().getKind(), "");
    String name = Objects.requireNonNullElse(event.getInvolvedObject().getName(), "");
    return kind.equals("ReplicaSet") && !owner.kind().equals("ReplicaSet")
        ? name.startsWith(owner.name() + "-")
        : kind.equals(owner.kind()) && name.equals(owner.name());
  }

  private static String time(Event event) {
    return Stream.of(event.getLastTimestamp(), event.getFirstTimestamp())
        .filter(Objects::nonNull)
        .findFirst()
        .orElseGet(() -> event.getMetadata().getCreationTimestamp());
  }
}
