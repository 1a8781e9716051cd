package dev.wstuning.operator.pod.observation;

import dev.wstuning.operator.pod.observation.ContainerFacts.Waiting;
import dev.wstuning.operator.pod.selection.Exclusion;
import dev.wstuning.operator.pod.selection.Markers;
import dev.wstuning.operator.pod.selection.ServerContainer;
import dev.wstuning.operator.pod.selection.Workload;
import dev.wstuning.operator.pod.tuner.InjectedTuner;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodStatus;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Everything that the operator needs to know about a pod, without anything of its object.
 *
 * @param template what it has in common with other pods of its workload
 * @param phase the pod's phase, such as Running
 * @param failure why the kubelet gave up on the pod, such as SysctlForbidden; empty if it did not
 * @param node the node that the pod runs on; empty until it is scheduled
 * @param waits why it does not start: what the scheduler says as long as it finds no node, then why
 *     our init container waits; empty if nothing waits
 * @param statuses the statuses of {@link #containers}
 * @param otherContainers how many containers of all kinds it has, except our observers
 * @param observers those of our ephemeral containers, in the order in which they came
 */
public record PodFacts(
    String namespace,
    String name,
    String uid,
    Map<String, String> labels,
    TemplateFacts template,
    Instant created,
    boolean deleting,
    String phase,
    String failure,
    Optional<String> node,
    Optional<Waiting> waits,
    List<ContainerFacts> statuses,
    int otherContainers,
    List<ObserverFacts> observers) {

  /** The reason of the condition PodScheduled. */
  private static final String UNSCHEDULABLE = "Unschedulable";

  /**
   * @param before the last version of the pod; empty if it is new
   */
  static PodFacts of(
      Pod pod,
      TemplateFacts template,
      List<ObserverFacts> observers,
      Optional<PodFacts> before,
      Sharing sharing) {
    PodStatus status = pod.getStatus() == null ? new PodStatus() : pod.getStatus();
    var metadata = pod.getMetadata();
    return new PodFacts(
        metadata.getNamespace().intern(),
        before.map(PodFacts::name).orElse(metadata.getName()),
        before.map(PodFacts::uid).orElse(metadata.getUid()),
        sharing.one(
            metadata.getLabels() == null
                ? Map.<String, String>of()
                : Map.copyOf(metadata.getLabels())),
        sharing.one(template),
        Instant.parse(metadata.getCreationTimestamp()),
        metadata.getDeletionTimestamp() != null,
        status.getPhase() == null ? "Pending" : status.getPhase().intern(),
        status.getReason() == null ? "" : status.getReason().intern(),
        sharing.one(Optional.ofNullable(pod.getSpec().getNodeName())),
        Lists.first(
                status.getInitContainerStatuses(), s -> s.getName().equals(Markers.INIT_CONTAINER))
            .flatMap(s -> ContainerFacts.of(s, Sharing.NOTHING).waiting())
            .or(() -> unschedulable(pod, status))
            .map(sharing::one),
        statuses(status.getContainerStatuses(), sharing),
        containers(pod.getSpec()) - observers.size(),
        observers);
  }

  /** The same with another template. */
  PodFacts of(TemplateFacts other) {
    return new PodFacts(
        namespace,
        name,
        uid,
        labels,
        other,
        created,
        deleting,
        phase,
        failure,
        node,
        waits,
        statuses,
        otherContainers,
        observers);
  }

  private static int containers(PodSpec spec) {
    return spec.getContainers().size()
        + spec.getInitContainers().size()
        + spec.getEphemeralContainers().size();
  }

  /** A pod with a nominated node gets it as soon as others are gone from there. */
  private static Optional<Waiting> unschedulable(Pod pod, PodStatus status) {
    if (pod.getSpec().getNodeName() != null || status.getNominatedNodeName() != null) {
      return Optional.empty();
    }
    return Lists.first(
            status.getConditions(),
            c -> c.getType().equals("PodScheduled") && UNSCHEDULABLE.equals(c.getReason()))
        .map(c -> new Waiting(UNSCHEDULABLE, isTuned(pod) ? text(c.getMessage()) : ""));
  }

  /** What the scheduler says of others is not needed. */
  private static boolean isTuned(Pod pod) {
    Map<String, String> annotations = pod.getMetadata().getAnnotations();
    return annotations != null && annotations.containsKey(Markers.PLAN);
  }

  private static String text(String value) {
    return Objects.requireNonNullElse(value, "");
  }

  private static List<ContainerFacts> statuses(List<ContainerStatus> statuses, Sharing sharing) {
    List<ContainerFacts> facts = new ArrayList<>(statuses.size());
    for (ContainerStatus status : statuses) {
      facts.add(ContainerFacts.of(status, sharing));
    }
    return List.copyOf(facts);
  }

  /** Those that the operator reads. */
  public Map<String, String> annotations() {
    return template.annotations();
  }

  /** What will replace the pod; empty for a bare pod. */
  public Optional<Workload> workload() {
    return template.workload();
  }

  public Optional<Exclusion> exclusion() {
    return template.exclusion();
  }

  /** Whether it has a user namespace of its own. */
  public boolean userNamespace() {
    return template.userNamespace();
  }

  /** Those of the pod's security context, by key. */
  public Map<String, String> sysctls() {
    return template.sysctls();
  }

  /** The bytes that a container may have; empty without a limit. */
  OptionalLong memoryLimit(String container) {
    Long limit = template.memoryLimits().get(container);
    return limit == null ? OptionalLong.empty() : OptionalLong.of(limit);
  }

  /** The names of the containers that are neither init nor ephemeral. */
  public List<String> containers() {
    return template.containers();
  }

  /** Who a container's processes run as, by the spec, else by the kubelet. */
  public UserIds user(String container) {
    return template
        .users()
        .getOrDefault(container, UserIds.UNKNOWN)
        .or(template.podUser())
        .or(status(container).map(ContainerFacts::user).orElse(UserIds.UNKNOWN));
  }

  /** The TCP ports that a container declares; of many, the lowest ones. */
  public List<Integer> declaredPorts(String container) {
    return template.ports().getOrDefault(container, List.of());
  }

  /** Whether the server's container is the only one that runs in the pod. */
  public boolean alone() {
    return template.alone();
  }

  /** Whether containers run as root that state no user. */
  public boolean isOfRoot() {
    return template.podUser().ofRoot();
  }

  /** What our init container does; empty if the pod has none. */
  public Optional<InjectedTuner> tuner() {
    return template.tuner();
  }

  /** Why our init container waits; empty unless it does. */
  public Optional<Waiting> tunerWaits() {
    return waits.filter(w -> !w.reason().equals(UNSCHEDULABLE));
  }

  /** Why the scheduler finds no node for it; empty if it did, or did not try yet. */
  public Optional<String> unschedulable() {
    return waits.filter(w -> w.reason().equals(UNSCHEDULABLE)).map(Waiting::message);
  }

  /** The plan that the pod was admitted with, or that the agent of its node gave it. */
  public Optional<String> plan() {
    return Optional.ofNullable(annotations().get(Markers.PLAN));
  }

  /** Whether the agent of its node applied something to it. */
  public boolean appliedByNode() {
    return tuner().filter(InjectedTuner::byNode).isPresent();
  }

  /** Whether it was admitted untuned because tuning was suspended. */
  public boolean suspended() {
    return annotations().containsKey(Markers.SUSPENDED);
  }

  /** The image of the init container as it was injected; empty for older pods. */
  public Optional<String> injectedImage() {
    return Optional.ofNullable(annotations().get(Markers.IMAGE));
  }

  /** Which revision of its workload's template the pod was made from; empty if unknown. */
  public String revision() {
    return labels.getOrDefault(
        Workload.TEMPLATE_HASH, labels.getOrDefault(Workload.REVISION_HASH, ""));
  }

  /** Why the server did not get the library or launcher that its tuning allows. */
  public Optional<String> noPreload() {
    return Optional.ofNullable(annotations().get(Markers.NO_PRELOAD));
  }

  /** Whether the pod asks the node's agent for the limit of open files of a container. */
  boolean asksForOpenFiles(String container) {
    return annotations().containsKey(Markers.ULIMITS_OF + container)
        || annotations().getOrDefault(Markers.OPEN_FILES_MAXIMUM, "").startsWith(container + "=");
  }

  /** Whether it cannot be tuned, but asks its node's agent for open files. */
  public boolean openFilesOnly() {
    return exclusion().filter(Exclusion::allowsOpenFiles).isPresent()
        && annotations().containsKey(Markers.TUNING)
        && containers().stream().anyMatch(this::asksForOpenFiles);
  }

  /** Whether our init container is the privileged one, which writes the sysctls itself. */
  public boolean privilegedTuner() {
    return tuner().map(InjectedTuner::privileged).orElse(false);
  }

  /** Whether the pod must not start when its init container fails. */
  public boolean holdsOnFailure() {
    return tuner().map(InjectedTuner::holdsOnFailure).orElse(false);
  }

  /** The name of the container that runs the server. */
  public Optional<String> serverContainer(Optional<String> asked) {
    return ServerContainer.of(asked, annotations(), containers());
  }

  /** Whether the container that runs the server is known, and ready. */
  public boolean isServerReady(Optional<String> asked) {
    return serverContainer(asked).flatMap(this::status).filter(ContainerFacts::ready).isPresent();
  }

  public Optional<ContainerFacts> status(String container) {
    return Lists.first(statuses, s -> s.name().equals(container));
  }

  /** Whether the pod is on its way out, or out. */
  public boolean ended() {
    return deleting || phase.equals("Succeeded") || phase.equals("Failed");
  }
}
