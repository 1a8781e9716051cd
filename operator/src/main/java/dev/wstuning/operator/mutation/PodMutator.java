package dev.wstuning.operator.mutation;

import dev.wstuning.operator.selection.Exclusion;
import dev.wstuning.operator.selection.Markers;
import dev.wstuning.operator.tuning.Mechanism;
import dev.wstuning.operator.tuning.Setting;
import dev.wstuning.operator.tuning.TuningPlan;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodSecurityContext;
import io.fabric8.kubernetes.api.model.PodSecurityContextBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Turns a pod into one that boots tuned. Doing it twice is doing it once. */
public final class PodMutator {

  private final String tunerImage;

  public PodMutator(String tunerImage) {
    this.tunerImage = tunerImage;
  }

  /** What became of a pod. */
  public sealed interface Outcome {}

  /** The pod as it is to be admitted; equal to the one that came if it was tuned already. */
  public record Tuned(Pod pod) implements Outcome {}

  /** The pod is admitted as it came. */
  public record LeftAlone(Exclusion why) implements Outcome {}

  /** Applies {@code plan} of the tuning {@code name}; the plan must inject something. */
  public Outcome mutate(Pod pod, String name, TuningPlan plan) {
    Optional<Exclusion> exclusion = Exclusion.of(pod, tunerImage);
    if (exclusion.isPresent()) {
      return new LeftAlone(exclusion.get());
    }
    Pod bare = withoutTuner(pod);
    PodBuilder tuned =
        new PodBuilder(bare)
            .editMetadata()
            .addToAnnotations(Markers.TUNING, name)
            .addToAnnotations(Markers.PLAN, plan.hash())
            .endMetadata();
    if (plan.mechanism() == Mechanism.INIT_CONTAINER) {
      List<Container> init = new ArrayList<>();
      init.add(TunerContainer.create(tunerImage, plan, bare));
      init.addAll(bare.getSpec().getInitContainers());
      tuned.editSpec().withInitContainers(init).endSpec();
    } else {
      tuned
          .editSpec()
          .withSecurityContext(with(plan.settings(), bare.getSpec().getSecurityContext()))
          .endSpec();
    }
    return new Tuned(tuned.build());
  }

  /** A pod made from a copy of a tuned one carries an old init container: it is replaced. */
  private Pod withoutTuner(Pod pod) {
    List<Container> others =
        pod.getSpec().getInitContainers().stream()
            .filter(c -> !Markers.isTuner(c, tunerImage))
            .toList();
    return others.size() == pod.getSpec().getInitContainers().size()
        ? pod
        : new PodBuilder(pod).editSpec().withInitContainers(others).endSpec().build();
  }

  /** Adds the sysctls that the pod does not set itself: the kubelet refuses a key given twice. */
  private static PodSecurityContext with(List<Setting> settings, PodSecurityContext context) {
    PodSecurityContextBuilder builder =
        context == null ? new PodSecurityContextBuilder() : new PodSecurityContextBuilder(context);
    Set<String> own =
        builder.buildSysctls().stream().map(s -> s.getName()).collect(Collectors.toSet());
    for (Setting setting : settings) {
      if (!own.contains(setting.sysctl().key())) {
        builder
            .addNewSysctl()
            .withName(setting.sysctl().key())
            .withValue(setting.value())
            .endSysctl();
      }
    }
    return builder.build();
  }
}
