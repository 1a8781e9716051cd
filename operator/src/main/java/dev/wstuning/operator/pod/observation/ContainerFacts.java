package dev.wstuning.operator.pod.observation;

import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStateWaiting;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What the kubelet reports of a container.
 *
 * @param id names its present start; empty if it did not start
 * @param runningSince empty unless it runs; the epoch if the kubelet does not say since when
 * @param waiting why it waits; empty unless it does
 * @param ended how it ended; empty unless it did and was not started again
 * @param endedBefore how it ended the time before
 * @param user who its first process runs as, where the kubelet reports it
 */
public record ContainerFacts(
    String name,
    Optional<String> id,
    boolean ready,
    int restarts,
    Optional<Instant> runningSince,
    Optional<Waiting> waiting,
    Optional<Ended> ended,
    Optional<Ended> endedBefore,
    UserIds user) {

  /** Texts are empty if the kubelet gives none. */
  public record Waiting(String reason, String message) {}

  /**
   * @param startError why it could not be started; empty if it was
   */
  public record Ended(Optional<String> startError) {

    private static final Ended STARTED = new Ended(Optional.empty());
  }

  static ContainerFacts of(ContainerStatus status, Sharing sharing) {
    Optional<ContainerState> state = Optional.ofNullable(status.getState());
    return new ContainerFacts(
        status.getName().intern(),
        Optional.ofNullable(status.getContainerID()),
        Boolean.TRUE.equals(status.getReady()),
        Objects.requireNonNullElse(status.getRestartCount(), 0),
        state
            .map(ContainerState::getRunning)
            .map(r -> time(r.getStartedAt()).orElse(Instant.EPOCH)),
        state.map(ContainerState::getWaiting).map(ContainerFacts::waiting),
        state.map(ContainerState::getTerminated).map(ContainerFacts::ended),
        Optional.ofNullable(status.getLastState())
            .map(ContainerState::getTerminated)
            .map(ContainerFacts::ended),
        sharing.one(UserIds.of(status.getUser())));
  }

  private static Waiting waiting(ContainerStateWaiting waiting) {
    return new Waiting(
        Objects.requireNonNullElse(waiting.getReason(), "").intern(),
        Objects.requireNonNullElse(waiting.getMessage(), ""));
  }

  /** What else a container left does not matter, and may be long. */
  private static Ended ended(ContainerStateTerminated ended) {
    return "StartError".equals(ended.getReason()) && ended.getMessage() != null
        ? new Ended(Optional.of(ended.getMessage()))
        : Ended.STARTED;
  }

  private static Optional<Instant> time(String text) {
    return Optional.ofNullable(text).map(Instant::parse);
  }

  public boolean runs() {
    return runningSince.isPresent();
  }

  /** Its ends, the latest first. */
  public Stream<Ended> ends() {
    return Stream.of(ended, endedBefore).flatMap(Optional::stream);
  }
}
