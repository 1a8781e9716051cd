package dev.wstuning.operator.pod.admission;

import dev.wstuning.operator.api.v1alpha1.WebSocketTuning;
import dev.wstuning.operator.fixtures.VerdictInputBuilder;
import dev.wstuning.operator.pod.plan.PlanContext;
import java.util.List;
import java.util.Optional;

/** A cluster with these tunings, which admits privileged pods. */
public class FixedTunings implements TuningLookup {

  private final List<WebSocketTuning> tunings;

  public FixedTunings(WebSocketTuning... tunings) {
    this.tunings = List.of(tunings);
  }

  @Override
  public Optional<WebSocketTuning> find(String namespace, AdmissionPath path) {
    return inNamespace(namespace).stream()
        .filter(t -> t.getMetadata().getName().equals(path.name()))
        .findFirst();
  }

  @Override
  public List<WebSocketTuning> inNamespace(String namespace) {
    return tunings.stream().filter(t -> t.getMetadata().getNamespace().equals(namespace)).toList();
  }

  @Override
  public PlanContext planContext(String namespace) {
    return VerdictInputBuilder.ADMITS_ALL;
  }
}
