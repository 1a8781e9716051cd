package dev.wstuning.operator.pod.injection;

import dev.wstuning.operator.pod.plan.OpenFiles;
import dev.wstuning.operator.pod.plan.OpenFilesPlan;
import dev.wstuning.operator.pod.plan.SysctlMechanism;
import dev.wstuning.operator.pod.plan.TuningPlan;
import dev.wstuning.operator.pod.selection.Exclusion;
import dev.wstuning.operator.pod.selection.Markers;
import dev.wstuning.operator.pod.tuner.TunerCommand;
import dev.wstuning.operator.sysctl.Setting;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodSecurityContext;
import io.fabric8.kubernetes.api.model.PodSecurityContextBuilder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Turns a pod into one that boots tuned. Doing it twice is doing it once. */
public final class PodMutator {

  private final String tunerImage;
  private final AwaitedAgent agent;

  /** One for a cluster without node agents. */
  public PodMutator(String tunerImage) {
    this(tunerImage, pod -> false);
  }

  /**
   * @param agentMayServe whether a node agent may serve the node that a pod will run on
   */
  public PodMutator(String tunerImage, Predicate<Pod> agentMayServe) {
    this.tunerImage = tunerImage;
    this.agent = new AwaitedAgent(agentMayServe);
  }

  /** The image of the init container. */
  public String tunerImage() {
    return tunerImage;
  }

  /** What became of a pod. */
  public sealed interface Outcome {}

  /** The pod as it is to be admitted; equal to the one that came if that was done already. */
  public sealed interface Changed extends Outcome {
    Pod pod();
  }

  /** The pod gets what the tuning wants. */
  public record Tuned(Pod pod) implements Changed {}

  /** The pod is admitted as it came. */
  public record LeftAlone(Exclusion why) implements Outcome {}

  /** The pod asks its node's agent for open files, and nothing else may be changed. */
  public record OpenFilesOnly(Pod pod, Exclusion why) implements Changed {}

  /** Applies {@code plan} of the tuning {@code name}; the plan must inject something. */
  public Outcome mutate(Pod pod, String name, TuningPlan plan) {
    Optional<Exclusion> exclusion = Exclusion.of(pod);
    if (exclusion.isPresent()) {
      return excluded(pod, name, plan, exclusion.get());
    }
    Pod bare = withoutTuner(pod);
    ServerAdditions additions = ServerAdditions.of(bare, plan);
    Optional<TunerCommand> command =
        TunerCommand.of(plan, additions.openFilesBy(), additions.library())
            .map(c -> c.awaiting(agent.openFiles(bare, plan, additions)));
    Pod changed = marked(bare, name, plan, additions);
    if (plan.mechanism() == SysctlMechanism.POD_SECURITY_CONTEXT) {
      changed = withSysctls(changed, plan.settings());
    }
    if (command.isPresent()) {
      changed = withTuner(changed, command.get(), plan);
    }
    if (plan.openFiles().filter(OpenFilesPlan::nodeAgent).isPresent()) {
      changed = asked(changed, plan.openFiles().get().limits(), additions, command.isPresent());
    }
    return new Tuned(
        additions.library() || additions.openFilesBy().isPresent()
            ? TunerVolume.into(
                changed,
                additions.server().orElseThrow().getName(),
                additions.library(),
                additions.launched()
                    ? plan.openFiles().map(OpenFilesPlan::limits)
                    : Optional.empty())
            : changed);
  }

  private static Outcome excluded(Pod pod, String name, TuningPlan plan, Exclusion why) {
    Optional<String> server = ServerAdditions.of(pod, plan).server().map(Container::getName);
    Optional<OpenFilesPlan> openFiles = plan.openFiles().filter(OpenFilesPlan::nodeAgent);
    if (!why.allowsOpenFiles() || openFiles.isEmpty() || server.isEmpty()) {
      return new LeftAlone(why);
    }
    Pod marked =
        new PodBuilder(UlimitAnnotation.outOf(pod))
            .editMetadata()
            .addToAnnotations(Markers.TUNING, name)
            .endMetadata()
            .build();
    Pod requesting = UlimitAnnotation.into(marked, openFiles.get().limits(), server.get());
    return requesting.equals(marked) ? new LeftAlone(why) : new OpenFilesOnly(requesting, why);
  }

  private static Pod marked(Pod pod, String name, TuningPlan plan, ServerAdditions additions) {
    Map<String, String> marks = new HashMap<>();
    marks.put(Markers.TUNING, name);
    marks.put(Markers.PLAN, plan.hash());
    additions.leftOut().ifPresent(why -> marks.put(Markers.NO_PRELOAD, why));
    defaultContainer(pod).ifPresent(server -> marks.put(Markers.DEFAULT_CONTAINER, server));
    return new PodBuilder(pod).editMetadata().addToAnnotations(marks).endMetadata().build();
  }

  /** Without it kubectl logs and exec say of the tuned pod that they had to choose a container. */
  private static Optional<String> defaultContainer(Pod pod) {
    Map<String, String> annotations = pod.getMetadata().getAnnotations();
    List<Container> containers = pod.getSpec().getContainers();
    return containers.size() != 1
            || (annotations != null && annotations.containsKey(Markers.DEFAULT_CONTAINER))
        ? Optional.empty()
        : Optional.of(containers.get(0).getName());
  }

  /** Asks the node's agent for the server, and for the init container as its witness. */
  private static Pod asked(Pod pod, OpenFiles limits, ServerAdditions additions, boolean witness) {
    if (additions.server().isEmpty()) {
      return pod;
    }
    Pod asked = UlimitAnnotation.into(pod, limits, additions.server().get().getName());
    return witness
        ? UlimitAnnotation.into(asked, UlimitAnnotation.witness(limits), Markers.INIT_CONTAINER)
        : asked;
  }

  /** The init container comes first, before those that the pod brings. */
  private Pod withTuner(Pod pod, TunerCommand command, TuningPlan plan) {
    List<Container> init = new ArrayList<>();
    init.add(TunerContainer.create(tunerImage, command, plan.onError(), pod));
    init.addAll(pod.getSpec().getInitContainers());
    return new PodBuilder(pod)
        .editMetadata()
        .addToAnnotations(Markers.IMAGE, tunerImage)
        .endMetadata()
        .editSpec()
        .withInitContainers(init)
        .endSpec()
        .build();
  }

  /** A pod made from a copy of a tuned one carries what was put into that: it is replaced. */
  private static Pod withoutTuner(Pod pod) {
    List<Container> others =
        pod.getSpec().getInitContainers().stream().filter(c -> !Markers.isTuner(pod, c)).toList();
    Pod bare =
        UlimitAnnotation.outOf(
            others.size() == pod.getSpec().getInitContainers().size()
                ? pod
                : TunerVolume.outOf(
                    new PodBuilder(pod).editSpec().withInitContainers(others).endSpec().build()));
    return new PodBuilder(bare)
        .editMetadata()
        .removeFromAnnotations(Markers.NO_PRELOAD)
        .removeFromAnnotations(Markers.SUSPENDED)
        .removeFromAnnotations(Markers.IMAGE)
        .endMetadata()
        .build();
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
