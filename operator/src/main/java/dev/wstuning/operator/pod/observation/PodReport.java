package dev.wstuning.operator.pod.observation;

import dev.wstuning.operator.api.v1alpha1.WebSocketNodeReportStatus.CreatedLimit;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeReportStatus.ReportedContainer;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeReportStatus.ReportedPod;
import dev.wstuning.operator.pod.tuner.OpenFilesLimit;
import dev.wstuning.operator.pod.tuner.ReportParser;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What the agent of a pod's node reports of the pod.
 *
 * @param given what the agent gave it; empty if the agent did not tune it
 * @param problem why it did not, although the pod is one of those that agents tune
 * @param server the server's container; empty if it was not created yet, or is unclear
 * @param counts the connections that the pod accepted; empty if they are not counted
 * @param sockets what its open connections have; empty if that is not known
 */
public record PodReport(
    Optional<Given> given,
    Optional<String> problem,
    Optional<Server> server,
    Optional<ConnectionCounts> counts,
    Optional<MeasuredSockets> sockets) {

  /** So begins a problem that only pods have which were created too early. */
  private static final String LATE = "the pod was created ";

  /**
   * What the agent gave a pod.
   *
   * @param plan the hash of the plan
   * @param arguments what it was to apply; empty if neither sysctls nor options of sockets
   * @param boot what it did, as an init container reports it; empty if it reports nothing
   */
  public record Given(String tuning, String plan, List<String> arguments, String boot) {}

  /**
   * The server's container.
   *
   * @param id names its start
   * @param created the limit of open files that it was created with
   */
  public record Server(String name, String id, Optional<OpenFilesLimit> created) {}

  public static PodReport of(ReportedPod pod, Sharing sharing) {
    return new PodReport(
        given(pod, sharing),
        Optional.ofNullable(pod.problem()).map(ReportParser::printable).map(sharing::one),
        Optional.ofNullable(pod.container()).map(PodReport::server),
        Optional.ofNullable(pod.connections()).flatMap(ConnectionCounts::of),
        MeasuredSockets.of(pod).map(sharing::one));
  }

  private static Optional<Given> given(ReportedPod pod, Sharing sharing) {
    return pod.plan() == null || pod.tuning() == null
        ? Optional.empty()
        : Optional.of(
            sharing.one(
                new Given(
                    ReportParser.printable(pod.tuning()),
                    ReportParser.printable(pod.plan()),
                    List.copyOf(pod.argumentsOrEmpty()),
                    Objects.requireNonNullElse(pod.boot(), ""))));
  }

  private static Server server(ReportedContainer container) {
    return new Server(
        container.name().intern(),
        Objects.requireNonNullElse(container.id(), ""),
        Optional.ofNullable(container.openFiles()).flatMap(PodReport::limit));
  }

  private static Optional<OpenFilesLimit> limit(CreatedLimit created) {
    return created.soft() == null || created.hard() == null || created.hard() < created.soft()
        ? Optional.empty()
        : Optional.of(new OpenFilesLimit(created.soft(), created.hard()));
  }

  /** Whether the agent came too late for it, so that a new pod in its place is tuned. */
  public boolean late() {
    return problem.filter(p -> p.startsWith(LATE)).isPresent();
  }

  /** The same without numbers that were true for a moment, unless the agent reads them now. */
  public PodReport asOf(Optional<NodeAgentReport> agent) {
    return agent.filter(a -> a.pods().serving()).isPresent()
        ? this
        : new PodReport(given, problem, server, Optional.empty(), Optional.empty());
  }

  /** Whether the other one says the same, apart from how many connections there are and were. */
  public boolean sameApartFromCounts(PodReport other) {
    return given.equals(other.given)
        && problem.equals(other.problem)
        && server.equals(other.server)
        && sockets.map(MeasuredSockets::values).equals(other.sockets.map(MeasuredSockets::values));
  }

  /** The limit that the present start of a container was created with. */
  Optional<OpenFilesLimit> created(ContainerFacts container) {
    return server
        .filter(s -> s.name().equals(container.name()))
        .filter(s -> container.id().filter(s.id()::equals).isPresent())
        .flatMap(Server::created);
  }
}
