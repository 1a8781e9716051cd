package dev.wstuning.e2e.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.e2e.support.Installation;
import dev.wstuning.e2e.support.Keepalives;
import dev.wstuning.e2e.support.PodsOffer;
import dev.wstuning.e2e.support.Servers;
import dev.wstuning.e2e.support.Site;
import dev.wstuning.e2e.support.Tunings;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuning;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus.Observation;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus.ObservedPort;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import java.net.http.WebSocket;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A pod under Pod Security restricted has all that its tuning wants, and nothing was changed. */
abstract class TunedByNodeStory {

  private static final Map<String, String> RESTRICTED =
      Map.of("pod-security.kubernetes.io/enforce", "restricted");

  private final Installation cluster = Installation.withOperator();
  private final Site site;
  private final PodsOffer offer;
  private final String elsewhere = cluster.namespace("as-written", RESTRICTED);
  private final ServerByNode server;

  TunedByNodeStory(Site site) {
    this.site = site;
    this.offer = new PodsOffer(cluster, site);
    this.server = new ServerByNode(cluster, site, cluster.namespace("by-node", RESTRICTED));
  }

  @AfterEach
  void withdraw() {
    cluster.delete(server.namespace());
    cluster.delete(elsewhere);
    offer.withdraw();
  }

  @Test
  void thePodIsByteForByteWhatItsOwnerWroteAndTheHostShowsAllThatWasWanted() {
    String ofTheNode = site.host().sysctl("net.ipv4.tcp_keepalive_time");
    offer.make(ServerByNode.OFFER);
    server.tune();
    String written = AsWritten.text(create(elsewhere));

    Pod pod = create(server.namespace());

    assertThat(AsWritten.text(pod)).isEqualTo(written);
    assertThat(cluster.configurations(server.namespace())).as("no webhook is called").isEmpty();
    Pod ready = server.pod();
    server.mustBeTuned(server.pid(ready));
    assertThat(site.host().sysctl("net.ipv4.tcp_keepalive_time")).isEqualTo(ofTheNode);

    WebSocket client = Servers.connectTo(ready);
    try {
      mustBeMeasured();
    } finally {
      client.abort();
    }
    Pod later = server.pod();
    assertThat(AsWritten.text(later))
        .as("no annotation, no ephemeral container")
        .isEqualTo(written);
    assertThat(later.getMetadata().getManagedFields())
        .as("who wrote anything but its status")
        .filteredOn(f -> !Objects.equals(f.getSubresource(), "status"))
        .extracting(ManagedFieldsEntry::getManager)
        .doesNotContain("wstuning-operator", "wstuning");
  }

  /** On the connection of a client, by the kernel. */
  private void mustBeMeasured() {
    WebSocketTuning tuning =
        Tunings.awaitStatus(
            cluster,
            server.namespace(),
            ServerByNode.TUNING,
            "values that the kernel measured",
            t ->
                t.getStatus().observationsOrEmpty().stream()
                    .filter(o -> o.ports() != null)
                    .flatMap(o -> o.ports().stream())
                    .anyMatch(p -> "Kernel".equals(p.evidence())));
    Observation observation = tuning.getStatus().observations().get(0);
    ObservedPort port = observation.ports().get(0);
    assertThat(Keepalives.text(port.keepalive())).isEqualTo(ServerByNode.TUNED.keepaliveText());
    assertThat(port.userTimeoutSeconds()).isEqualTo(345);
    assertThat(observation.openFiles().soft()).isEqualTo(ServerByNode.OPEN_FILES);
    Tunings.awaitCondition(
        cluster, server.namespace(), ServerByNode.TUNING, "Ready", "True", "Effective");
  }

  /** A pod without an owner, the same each time. */
  private Pod create(String namespace) {
    PodSpec spec =
        Servers.deployment(cluster.client(), ServerByNode.APP).getSpec().getTemplate().getSpec();
    spec.setAutomountServiceAccountToken(false); // the name of a token's volume is generated
    spec.setNodeSelector(Map.of("kubernetes.io/hostname", site.node()));
    Container container = spec.getContainers().get(0);
    container.getEnv().stream()
        .filter(e -> e.getName().equals("KEEPALIVE"))
        .forEach(e -> e.setValue("off"));
    Pod pod =
        new PodBuilder()
            .withNewMetadata()
            .withName("chat")
            .addToLabels("app", ServerByNode.APP)
            .endMetadata()
            .withSpec(spec)
            .build();
    return cluster.client().pods().inNamespace(namespace).resource(pod).create();
  }
}
