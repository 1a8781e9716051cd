package dev.wstuning.e2e.servers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.e2e.Cluster;
import dev.wstuning.e2e.support.Installation;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The manifests of servers, as they are configured for a way. */
class ServerTest {

  static Stream<Server> all() {
    return Server.ALL.stream();
  }

  @ParameterizedTest
  @MethodSource("all")
  void onlyAServerThatDropsItsUserIsRootAndNeverInARestrictedNamespace(Server server) {
    for (Way way : Way.values()) {
      assertThat(container(server, way).getSecurityContext().getRunAsUser())
          .as("%s, %s", server, way)
          .isEqualTo(server.isRootIn(way) ? 0L : null);
      assertThat(way.restricted && server.isRootIn(way)).isFalse();
    }
  }

  @Test
  void rootKeepsNothingButTheRightToDropItsUser() {
    Server haproxy = Server.ALL.stream().filter(Server::startsAsRoot).findFirst().orElseThrow();

    Container root = container(haproxy, Way.UNTUNED);

    assertThat(root.getName()).isEqualTo("server");
    assertThat(root.getSecurityContext().getCapabilities().getDrop()).containsExactly("ALL");
    assertThat(root.getSecurityContext().getCapabilities().getAdd())
        .containsExactly("SETGID", "SETUID");
    assertThat(root.getSecurityContext().getReadOnlyRootFilesystem()).isTrue();
  }

  private static Container container(Server server, Way way) {
    String name = server.manifest().replace("server-", "");
    String yaml =
        Installation.read(Cluster.root().resolve("e2e/servers/manifests/%s.yaml".formatted(name)));
    List<Container> containers =
        Stream.of(server.configure(yaml, way).split("\n---\n"))
            .filter(part -> part.contains("kind: Deployment"))
            .map(part -> Serialization.unmarshal(part, Deployment.class))
            .findFirst()
            .orElseThrow()
            .getSpec()
            .getTemplate()
            .getSpec()
            .getContainers();
    assertThat(containers.subList(1, containers.size()))
        .extracting(other -> other.getSecurityContext().getRunAsUser())
        .allSatisfy(user -> assertThat(user).isNull());
    return containers.get(0);
  }
}
