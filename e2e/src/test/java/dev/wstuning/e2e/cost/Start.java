package dev.wstuning.e2e.cost;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.e2e.support.Host;
import dev.wstuning.e2e.support.Servers;
import dev.wstuning.e2e.support.SocketOptions;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A row of the table: how a pod comes to its limits. */
enum Start {
  UNTUNED("nothing", null, ""),
  BY_HAND("`busybox sysctl -w`, written by hand", null, ""),
  PROGRAMS("programs, keepalive", "Programs", ""),
  OVERRIDE(
      "programs, keepalive, user timeout, Override",
      "Programs",
      """
      userTimeoutSeconds: 345
      applicationKeepalive: Override
      """),
  LIBRARY("library, keepalive, *restricted*", "Preload", "methods: {sockets: [Programs, Preload]}"),
  NODE(
      "the node's agent, keepalive, user timeout, *restricted*",
      null,
      """
      via: NodeAgent
      userTimeoutSeconds: 345
      """);

  private static final SocketOptions BY_NODE = new SocketOptions(true, 300, 10, 5, 345_000);

  final String title;

  /** What must have reached the sockets, as the BootReport calls it. */
  private final String sockets;

  /** What the tuning wants apart from keepalive. */
  private final String more;

  Start(String title, String sockets, String more) {
    this.title = title;
    this.sockets = sockets;
    this.more = more;
  }

  /** Whether Pod Security keeps privileged containers out. */
  boolean restricted() {
    return this == LIBRARY || this == NODE;
  }

  /** How many pods of a round: the two lines whose ratio is judged have more. */
  int times() {
    return this == UNTUNED || this == NODE ? 3 : 1;
  }

  /** The label and the name of the tuning. */
  String app() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  boolean tunedAtAdmission() {
    return sockets != null;
  }

  boolean tuned() {
    return tunedAtAdmission() || this == NODE;
  }

  String tuning() {
    return """
        selector: {matchLabels: {app: %s}}
        keepalive: {timeSeconds: 300, intervalSeconds: 10, probes: 5}
        %s
        """
        .formatted(app(), more);
  }

  /** A pod of the server, before admission. */
  Pod pod(PodSpec server) {
    PodBuilder pod =
        new PodBuilder()
            .withNewMetadata()
            .withGenerateName(app() + "-")
            .withLabels(Map.of("app", app()))
            .endMetadata()
            .withSpec(server);
    return this == BY_HAND
        ? pod.editSpec().addToInitContainers(byHand(server)).endSpec().build()
        : pod.build();
  }

  private static Container byHand(PodSpec server) {
    return new ContainerBuilder()
        .withName("sysctl")
        .withImage(server.getContainers().get(0).getImage().replace("server-go", "busybox"))
        .withImagePullPolicy("IfNotPresent")
        .withArgs(
            "sysctl",
            "-w",
            "net.ipv4.tcp_keepalive_time=300",
            "net.ipv4.tcp_keepalive_intvl=10",
            "net.ipv4.tcp_keepalive_probes=5")
        .withNewSecurityContext()
        .withPrivileged(true)
        .withRunAsUser(0L)
        .withRunAsNonRoot(false)
        .endSecurityContext()
        .build();
  }

  /** Refuses to take the time of a pod that is not what the row says. */
  void check(Pod started) {
    List<String> reports =
        started.getStatus().getInitContainerStatuses().stream()
            .map(s -> s.getName() + " " + s.getState().getTerminated().getMessage())
            .toList();
    boolean asTold =
        switch (this) {
          case UNTUNED, NODE -> reports.isEmpty();
          case BY_HAND -> reports.equals(List.of("sysctl null"));
          default ->
              reports.size() == 1
                  && reports
                      .get(0)
                      .contains("\"sockets\":{\"by\":\"%s\",\"done\":true}".formatted(sockets));
        };
    if (!asTold) {
      throw new AssertionError("%s starts otherwise: %s".formatted(this, reports));
    }
  }

  /** The same of a pod whose server listens, by what the host shows of it. */
  void check(Host host, Pod listening) {
    if (this == NODE) {
      long pid = host.serverPid(listening, Servers.CONTAINER, Servers.PORT);
      assertThat(SocketOptions.ofNewConnection(host, pid, Servers.PORT)).isEqualTo(BY_NODE);
      assertThat(host.sysctl(pid, "net.ipv4.tcp_keepalive_time")).isEqualTo("300");
    }
  }
}
