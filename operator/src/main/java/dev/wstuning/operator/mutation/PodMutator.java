package dev.wstuning.operator.mutation;

import dev.wstuning.operator.selection.Exclusion;
import dev.wstuning.operator.selection.Markers;
import dev.wstuning.operator.selection.ServerContainer;
import dev.wstuning.operator.tuning.Mechanism;
import dev.wstuning.operator.tuning.Setting;
import dev.wstuning.operator.tuning.SocketTuning;
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
    Pod marked =
        new PodBuilder(bare)
            .editMetadata()
            .addToAnnotations(Markers.TUNING, name)
            .addToAnnotations(Markers.PLAN, plan.hash())
            .endMetadata()
            .build();
    if (plan.mechanism() == Mechanism.INIT_CONTAINER) {
      return new Tuned(withTuner(marked, plan));
    }
    Pod set = plan.settings().isEmpty() ? marked : withSysctls(marked, plan.settings());
    return new Tuned(
        plan.sockets().orElse(null) instanceof SocketTuning.Preload preload
            ? withPreload(set, preload, plan)
            : set);
  }

  /** Gives the server the library, or notes why it does without. */
  private Pod withPreload(Pod pod, SocketTuning.Preload preload, TuningPlan plan) {
    List<Container> containers = pod.getSpec().getContainers();
    Optional<Container> server =
        ServerContainer.of(
                preload.container().orElse(null),
                pod.getMetadata().getAnnotations(),
                containers.stream().map(Container::getName).toList())
            .flatMap(n -> containers.stream().filter(c -> c.getName().equals(n)).findFirst());
    Optional<String> obstacle =
        server
            .map(PreloadVolume::obstacle)
            .orElse(Optional.of("which container runs the server cannot be told"));
    return obstacle.isPresent()
        ? new PodBuilder(pod)
            .editMetadata()
            .addToAnnotations(Markers.NO_PRELOAD, obstacle.get())
            .endMetadata()
            .build()
        : PreloadVolume.into(withTuner(pod, plan), server.orElseThrow().getName());
  }

  /** The init container comes first, before those that the pod brings. */
  private Pod withTuner(Pod pod, TuningPlan plan) {
    List<Container> init = new ArrayList<>();
    init.add(TunerContainer.create(tunerImage, Order.of(plan).orElseThrow(), plan.onError(), pod));
    init.addAll(pod.getSpec().getInitContainers());
    return new PodBuilder(pod).editSpec().withInitContainers(init).endSpec().build();
  }

  /** A pod made from a copy of a tuned one carries what was put into that: it is replaced. */
  private Pod withoutTuner(Pod pod) {
    List<Container> others =
        pod.getSpec().getInitContainers().stream()
            .filter(c -> !Markers.isTuner(c, tunerImage))
            .toList();
    Pod bare =
        others.size() == pod.getSpec().getInitContainers().size()
            ? pod
            : PreloadVolume.outOf(
                new PodBuilder(pod).editSpec().withInitContainers(others).endSpec().build());
    return bare.getMetadata().getAnnotations() != null
            && bare.getMetadata().getAnnotations().containsKey(Markers.NO_PRELOAD)
        ? new PodBuilder(bare)
            .editMetadata()
            .removeFromAnnotations(Markers.NO_PRELOAD)
            .endMetadata()
            .build()
        : bare;
  }

  /** Adds the sysctls that the pod does not set itself: the kubelet refuses a key given twice. */
  private static Pod withSysctls(Pod pod, List<Setting> settings) {
    PodSecurityContext context = pod.getSpec().getSecurityContext();
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
    return new PodBuilder(pod).editSpec().withSecurityContext(builder.build()).endSpec().build();
  }
}
