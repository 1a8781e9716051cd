package dev.wstuning.e2e.support;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toList;

import dev.wstuning.e2e.support.Creations.Creation;
import dev.wstuning.e2e.support.ReferencePod.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** What became of pods that were created one after the other, compared with a reference. */
public record Admissions(ReferencePod reference, List<Creation> creations) {

  /** The pods that were requested at that moment or later. */
  public Admissions since(Instant start) {
    return new Admissions(
        reference, creations.stream().filter(c -> !c.at().isBefore(start)).toList());
  }

  /** The pods that were requested before that moment. */
  public Admissions until(Instant end) {
    return new Admissions(reference, creations.stream().filter(c -> c.at().isBefore(end)).toList());
  }

  /** How many pods the API server let in. */
  public long count() {
    return admitted().count();
  }

  public long count(Outcome outcome) {
    return admitted().filter(c -> outcome(c) == outcome).count();
  }

  /** From the first pod that was let in to the first with the whole plan. */
  public Optional<Duration> untilFirstWhole() {
    return admitted()
        .filter(c -> outcome(c) == Outcome.WHOLE)
        .findFirst()
        .map(c -> Duration.between(admitted().findFirst().orElseThrow().at(), c.at()));
  }

  /** Those that became something else, together if they are alike, with what they are instead. */
  public List<String> unlike(Outcome... tolerated) {
    Map<String, List<Creation>> alike =
        admitted()
            .filter(c -> !Set.of(tolerated).contains(outcome(c)))
            .collect(groupingBy(this::text, LinkedHashMap::new, toList()));
    return alike.entrySet().stream()
        .map(
            e ->
                "%d pods from %s to %s are %s"
                    .formatted(
                        e.getValue().size(),
                        e.getValue().get(0).at(),
                        e.getValue().get(e.getValue().size() - 1).at(),
                        e.getKey()))
        .toList();
  }

  private String text(Creation creation) {
    return outcome(creation) + ": " + reference.differences(creation.pod().orElseThrow());
  }

  private Stream<Creation> admitted() {
    return creations.stream().filter(c -> c.pod().isPresent());
  }

  private Outcome outcome(Creation creation) {
    return reference.outcome(creation.pod().orElseThrow());
  }

  @Override
  public String toString() {
    return "%d pods created, %d of them untuned, %d with half a plan, %d creations refused"
        .formatted(
            count(), count(Outcome.UNTUNED), count(Outcome.PARTIAL), creations.size() - count());
  }
}
