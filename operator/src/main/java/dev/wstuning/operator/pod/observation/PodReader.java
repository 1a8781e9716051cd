package dev.wstuning.operator.pod.observation;

import dev.wstuning.operator.pod.injection.TunerContainer;
import dev.wstuning.operator.pod.selection.Markers;
import dev.wstuning.operator.pod.tuner.InjectedTuner;
import dev.wstuning.operator.pod.tuner.ReportReader;
import dev.wstuning.operator.pod.tuner.TunerCommand;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Reads what the operator needs to know from a pod, and what our containers reported there.
 *
 * @param tuners reads what an init container of ours does
 * @param reports reads what our containers left
 * @param sharing makes one object of what pods have in common
 */
public record PodReader(
    Function<Container, InjectedTuner> tuners, ReportReader reports, Sharing sharing) {

  /** Believes only what was injected. */
  public static final PodReader STRICT =
      new PodReader(TunerContainer::read, ReportReader.STRICT, Sharing.NOTHING);

  /** The same, with one object for what pods have in common. */
  public PodReader sharing(Sharing values) {
    return new PodReader(tuners, reports, values);
  }

  public PodRecord record(Pod pod) {
    return record(pod, Optional.empty());
  }

  /**
   * @param last what was read from the last version of the pod, or from another pod of its name
   */
  public PodRecord record(Pod pod, Optional<PodRecord> last) {
    Optional<PodRecord> before = last.flatMap(l -> l.of(pod.getMetadata().getUid()));
    PodFacts facts =
        PodFacts.of(
            pod,
            TemplateFacts.of(pod, tuners),
            new ObserverReader(reports, sharing)
                .of(pod, before.map(b -> b.facts().observers()).orElse(List.of())),
            before.map(PodRecord::facts),
            sharing);
    Optional<ContainerStateTerminated> ended = facts.tuner().flatMap(t -> ended(pod));
    long booted =
        ended
            .map(ContainerStateTerminated::getFinishedAt)
            .map(at -> Instant.parse(at).getEpochSecond())
            .orElse(0L);
    return before
        // Two containers may end in one second if the first of them waits.
        .filter(b -> booted != 0 && booted == b.booted() && !b.boot().awaitsAgent())
        .filter(b -> facts.tuner().equals(b.facts().tuner()))
        .map(b -> new PodRecord(facts, b.boot(), booted))
        .orElseGet(() -> new PodRecord(facts, sharing.one(boot(facts.tuner(), ended)), booted));
  }

  private Boot boot(Optional<InjectedTuner> tuner, Optional<ContainerStateTerminated> ended) {
    if (ended.isEmpty()) {
      return Boot.NONE;
    }
    return tuner
        .flatMap(InjectedTuner::believed)
        .map(command -> boot(command, ended.get()))
        .orElseGet(() -> Boot.unreadable("its init container is not the one that was injected"));
  }

  /** How our init container ended at last; empty if it did not end yet. */
  private static Optional<ContainerStateTerminated> ended(Pod pod) {
    return pod.getStatus() == null
        ? Optional.empty()
        : Lists.first(
                pod.getStatus().getInitContainerStatuses(),
                s -> s.getName().equals(Markers.INIT_CONTAINER))
            .flatMap(
                status ->
                    Stream.of(status.getState(), status.getLastState())
                        .flatMap(Stream::ofNullable)
                        .flatMap(state -> Stream.ofNullable(state.getTerminated()))
                        .findFirst());
  }

  private Boot boot(TunerCommand command, ContainerStateTerminated ended) {
    return new BootReader(reports)
        .ofContainer(
            ended.getMessage(), Objects.requireNonNullElse(ended.getExitCode(), 0), command);
  }
}
