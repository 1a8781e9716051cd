package dev.wstuning.operator.pod.reconciler;

import dev.wstuning.operator.api.v1alpha1.WebSocketNodeReport;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeReportStatus;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeReportStatus.ReportedPod;
import dev.wstuning.operator.pod.observation.PodReport;
import dev.wstuning.operator.pod.observation.Sharing;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.informers.cache.ItemStore;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Keeps what the agents of nodes report of pods, and nothing else of their objects. A listener
 * hears of the pods whose report changed, not of all of the node.
 */
final class PodReports implements ItemStore<WebSocketNodeReport> {

  /** The CRD has the same bound. */
  private static final int MOST_PODS = 512;

  private final Map<String, NodeReport> nodes = new ConcurrentHashMap<>();
  private final Sharing sharing;
  private final Listener listener;

  /** Hears of changes. It must take little time. */
  interface Listener {

    /**
     * @param pods the uids of those whose report changed, came or went
     */
    void reported(String node, Set<String> pods);

    /**
     * @param pods the uids of those of which nothing but counts changed
     */
    void counted(String node, Set<String> pods);
  }

  /**
   * @param bootId the boot of the kernel that it is about; empty if the agent does not say
   * @param pods by their uids
   */
  private record NodeReport(
      String resourceVersion, Optional<String> bootId, Map<String, PodReport> pods) {

    private static final NodeReport NOTHING = new NodeReport("", Optional.empty(), Map.of());

    boolean isOfAnother(Optional<String> boot) {
      return bootId.isPresent() && boot.isPresent() && !bootId.equals(boot);
    }

    /** What the other says of pods that this one does not. */
    Difference difference(NodeReport other) {
      Difference difference = new Difference(new HashSet<>(), new HashSet<>());
      boolean sameBoot = bootId.equals(other.bootId);
      Stream.concat(pods.keySet().stream(), other.pods.keySet().stream())
          .forEach(uid -> difference.add(uid, pods.get(uid), other.pods.get(uid), sameBoot));
      return difference;
    }
  }

  /**
   * The uids of pods of which two reports differ.
   *
   * @param counted those of which nothing but counts is another
   */
  private record Difference(Set<String> changed, Set<String> counted) {

    void add(String uid, PodReport one, PodReport other, boolean sameBoot) {
      if (!sameBoot || one == null || other == null || !one.sameApartFromCounts(other)) {
        changed.add(uid);
      } else if (!one.equals(other)) {
        counted.add(uid);
      }
    }
  }

  /**
   * @param sharing makes one object of what pods have in common
   */
  PodReports(Sharing sharing, Listener listener) {
    this.sharing = sharing;
    this.listener = listener;
  }

  /**
   * What the agent of a node reports of a pod.
   *
   * @param bootId looks up the present boot of the node's kernel, if it is known: what was done
   *     before that is undone
   */
  Optional<PodReport> of(String node, String uid, Supplier<Optional<String>> bootId) {
    NodeReport report = nodes.getOrDefault(node, NodeReport.NOTHING);
    PodReport pod = report.pods().get(uid);
    return pod == null || report.isOfAnother(bootId.get()) ? Optional.empty() : Optional.of(pod);
  }

  private NodeReport read(WebSocketNodeReport object) {
    WebSocketNodeReportStatus status = object.getStatus();
    Map<String, PodReport> pods = new HashMap<>();
    if (status != null) {
      status.podsOrEmpty().stream()
          .filter(pod -> pod.uid() != null)
          .limit(MOST_PODS)
          .forEach(pod -> pods.put(pod.uid(), read(pod)));
    }
    return new NodeReport(
        object.getMetadata().getResourceVersion(),
        Optional.ofNullable(status).map(WebSocketNodeReportStatus::bootID),
        Map.copyOf(pods));
  }

  private PodReport read(ReportedPod pod) {
    return PodReport.of(pod, sharing);
  }

  private static WebSocketNodeReport named(String name, NodeReport report) {
    WebSocketNodeReport object = new WebSocketNodeReport();
    object.setMetadata(
        new ObjectMetaBuilder()
            .withName(name)
            .withResourceVersion(report.resourceVersion())
            .build());
    return object;
  }

  private WebSocketNodeReport changed(String node, NodeReport before, NodeReport after) {
    NodeReport known = Objects.requireNonNullElse(before, NodeReport.NOTHING);
    Difference difference = known.difference(Objects.requireNonNullElse(after, NodeReport.NOTHING));
    if (!difference.changed().isEmpty()) {
      listener.reported(node, difference.changed());
    }
    if (!difference.counted().isEmpty()) {
      listener.counted(node, difference.counted());
    }
    return before == null ? null : named(node, before);
  }

  @Override
  public String getKey(WebSocketNodeReport report) {
    return report.getMetadata().getName();
  }

  @Override
  public WebSocketNodeReport put(String key, WebSocketNodeReport object) {
    NodeReport after = read(object);
    return changed(key, nodes.put(key, after), after);
  }

  @Override
  public WebSocketNodeReport remove(String key) {
    return changed(key, nodes.remove(key), null);
  }

  @Override
  public WebSocketNodeReport get(String key) {
    NodeReport report = nodes.get(key);
    return report == null ? null : named(key, report);
  }

  @Override
  public Stream<String> keySet() {
    return nodes.keySet().stream();
  }

  @Override
  public Stream<WebSocketNodeReport> values() {
    return nodes.entrySet().stream().map(e -> named(e.getKey(), e.getValue()));
  }

  @Override
  public int size() {
    return nodes.size();
  }

  @Override
  public boolean isFullState() {
    return false;
  }
}
