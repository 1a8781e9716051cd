package dev.wstuning.e2e.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.e2e.support.Installation;
import dev.wstuning.e2e.support.PodsOffer;
import dev.wstuning.e2e.support.Servers;
import dev.wstuning.e2e.support.Site;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.assertj.core.api.SoftAssertions;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The golden pods, each created in both ways: the host shows whose values each has. */
abstract class GoldenPodsStory {

  /** The keepalive time of the first tuning of a namespace; the next has one second more. */
  private static final int FIRST = 301;

  private static final String UNTUNED = "7200";

  /** Those on the node's network must not meet. */
  private static final int FIRST_PORT = 18_100;

  private final Installation cluster = Installation.withOperator();
  private final Site site;
  private final PodsOffer offer;
  private final List<Created> all = new ArrayList<>();

  GoldenPodsStory(Site site) {
    this.site = site;
    this.offer = new PodsOffer(cluster, site);
  }

  /** A sample, in a namespace of its own. */
  private record Created(GoldenPod sample, boolean byNode, String namespace) {

    String via(GoldenPod.Tuning tuning) {
      return byNode ? tuning.via() : "Admission";
    }

    boolean excluded() {
      return sample.excludedBy().contains(byNode ? GoldenPod.AGENT : GoldenPod.OPERATOR);
    }
  }

  @AfterEach
  void withdraw() {
    all.forEach(c -> cluster.delete(c.namespace()));
    offer.withdraw();
  }

  @Test
  void everyPodHasTheValuesOfItsOwnerInBothWays() {
    offer.make();
    for (GoldenPod sample : GoldenPod.all()) {
      all.add(new Created(sample, true, cluster.namespace("golden")));
      all.add(new Created(sample, false, cluster.namespace("golden")));
    }
    assertThat(all).hasSizeGreaterThan(40);
    tune();
    IntStream.range(0, all.size()).forEach(this::create);

    SoftAssertions softly = new SoftAssertions();
    for (Created created : all) {
      softly
          .assertThat(keepaliveTime(created))
          .as("%s, %s", created.sample().name(), created.byNode() ? "by the node" : "at admission")
          .isEqualTo(expected(created));
    }
    softly.assertAll();
  }

  /** The oldest of all namespaces first: creation times are whole seconds. */
  private void tune() {
    int most = all.stream().mapToInt(c -> c.sample().tunings().size()).max().orElseThrow();
    for (int i = 0; i < most; i++) {
      for (Created created : all) {
        if (i < created.sample().tunings().size()) {
          tune(created, i);
        }
      }
      Installation.pause(Duration.ofMillis(1100));
    }
    for (Created created : all) {
      for (GoldenPod.Tuning tuning : created.sample().tunings()) {
        if (created.via(tuning).equals("Admission")) {
          cluster.awaitInjection(created.namespace(), tuning.name(), true);
        } else {
          cluster.awaitPlan(created.namespace(), tuning.name());
        }
      }
    }
  }

  private void tune(Created created, int i) {
    GoldenPod.Tuning tuning = created.sample().tunings().get(i);
    cluster.tune(
        created.namespace(),
        tuning.name(),
        """
        via: %s
        selector: %s
        keepalive: {timeSeconds: %d, intervalSeconds: 10, probes: 5}
        %s
        """
            .formatted(
                created.via(tuning),
                tuning.selector(),
                FIRST + i,
                tuning.container() == null ? "" : "container: " + tuning.container()));
  }

  private void create(int number) {
    Created created = all.get(number);
    Container server =
        Servers.deployment(cluster.client(), "server-go")
            .getSpec()
            .getTemplate()
            .getSpec()
            .getContainers()
            .get(0);
    List<Container> containers = new ArrayList<>();
    for (Container container : created.sample().pod().getSpec().getContainers()) {
      containers.add(
          new ContainerBuilder()
              .withName(container.getName())
              .withImage(server.getImage())
              .withImagePullPolicy(server.getImagePullPolicy())
              .addNewEnv()
              .withName("PORT")
              .withValue(String.valueOf(FIRST_PORT + 2 * number + containers.size()))
              .endEnv()
              .build());
    }
    Pod pod =
        new PodBuilder(created.sample().pod())
            .editMetadata()
            .withNamespace(created.namespace())
            .endMetadata()
            .editSpec()
            .withNodeSelector(Map.of("kubernetes.io/hostname", site.node()))
            .withTerminationGracePeriodSeconds(1L)
            .withAutomountServiceAccountToken(false)
            .withContainers(containers)
            .endSpec()
            .build();
    cluster.client().resource(pod).create();
  }

  private String keepaliveTime(Created created) {
    String name = created.sample().pod().getMetadata().getName();
    Pod pod =
        Awaitility.await(created.sample().name() + " is ready in " + created.namespace())
            .until(
                () ->
                    cluster
                        .client()
                        .pods()
                        .inNamespace(created.namespace())
                        .withName(name)
                        .require(),
                Installation::ready);
    if (created.byNode()) {
      assertThat(pod.getSpec().getInitContainers())
          .as(created.sample().name())
          .hasSize(injected(created));
    }
    long pid = site.host().processes(pod).get(0);
    return site.host().sysctl(pid, "net.ipv4.tcp_keepalive_time");
  }

  /** In a namespace in which the node tunes, an older tuning may do so at admission. */
  private static int injected(Created created) {
    return (int)
        created.sample().tunings().stream()
            .filter(t -> created.sample().owner().equals(Optional.of(t.name())))
            .filter(t -> created.via(t).equals("Admission"))
            .count();
  }

  private String expected(Created created) {
    GoldenPod sample = created.sample();
    if (Boolean.TRUE.equals(sample.pod().getSpec().getHostNetwork())) {
      return site.host().sysctl("net.ipv4.tcp_keepalive_time");
    }
    List<String> names = sample.tunings().stream().map(GoldenPod.Tuning::name).toList();
    return created.excluded() || sample.owner().isEmpty()
        ? UNTUNED
        : String.valueOf(FIRST + names.indexOf(sample.owner().get()));
  }
}
