package dev.wstuning.e2e.cost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.wstuning.e2e.support.Deadline;
import dev.wstuning.e2e.support.Host;
import dev.wstuning.e2e.support.Installation;
import dev.wstuning.e2e.support.NeedsTheNode;
import dev.wstuning.e2e.support.PodsOffer;
import dev.wstuning.e2e.support.Section;
import dev.wstuning.e2e.support.Servers;
import dev.wstuning.e2e.support.Site;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.client.dsl.PodResource;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * How long pods take to start, tuned and not, one at a time. Run by make cost-pod-start; prints a
 * table, and writes it into docs/cost.md. Needs the image busybox.
 */
@NeedsTheNode // one clock times the request and the server's log
class PodStartCost {

  private static final int ROUNDS = 25;

  /** No round begins later. */
  private static final Duration ENOUGH = Duration.ofMinutes(18);

  /** Of the medians of a pod that its node tunes and of one that nothing touches. */
  private static final double MOST_BY_NODE = 1.05;

  private final Installation cluster = Installation.withOperator();
  private final PodsOffer offer = new PodsOffer(cluster, Site.NODE);
  private final PodSpec server =
      Servers.deployment(cluster.client(), "server-go").getSpec().getTemplate().getSpec();
  private final Random random = new Random();
  private String open;
  private String restricted;

  @BeforeEach
  void tune() {
    open = cluster.namespace("cost");
    restricted =
        cluster.namespace("cost", Map.of("pod-security.kubernetes.io/enforce", "restricted"));
    offer.make();
    for (Start start : Start.values()) {
      if (start.tuned()) {
        cluster.tune(namespace(start), start.app(), start.tuning());
      }
      if (start.tunedAtAdmission()) {
        cluster.awaitInjection(namespace(start), start.app(), true);
      } else if (start.tuned()) {
        cluster.awaitPlan(namespace(start), start.app());
      }
    }
  }

  @AfterEach
  void deleteNamespaces() {
    cluster.delete(open);
    cluster.delete(restricted);
    offer.withdraw();
  }

  @Test
  void podStart() {
    Report report = new Report(cluster.client());
    round(new Report(cluster.client())); // the first one warms up
    Instant end = Instant.now().plus(ENOUGH);
    for (int round = 0; round < ROUNDS && Instant.now().isBefore(end); round++) {
      round(report);
    }
    System.out.println(report);
    Section.of("docs/cost.md", PodStartCost.class).write(report.toString());
    assertThat(report.ratio(Start.NODE, Start.UNTUNED)).isLessThanOrEqualTo(MOST_BY_NODE);
  }

  private void round(Report report) {
    List<Start> order =
        Stream.of(Start.values())
            .flatMap(start -> Collections.nCopies(start.times(), start).stream())
            .collect(Collectors.toCollection(ArrayList::new));
    Collections.shuffle(order, random);
    for (Start start : order) {
      // The kubelet looks once a second whether containers have ended: any moment must be as
      // likely.
      Installation.pause(Duration.ofMillis(random.nextInt(1000)));
      report.add(start, took(start));
    }
  }

  /** From the request to the moment in which the server listens. */
  private Duration took(Start start) {
    Pod pod = start.pod(server);
    Instant requested = Instant.now();
    pod = cluster.client().pods().inNamespace(namespace(start)).resource(pod).create();
    PodResource created = cluster.client().pods().resource(pod);
    try {
      start.check(
          created.waitUntilCondition(
              PodStartCost::running, Deadline.STATE.toSeconds(), TimeUnit.SECONDS));
      Instant listening = listening(created);
      start.check(Host.LOCAL, created.get());
      return Duration.between(requested, listening);
    } finally {
      created.delete();
      created.waitUntilCondition(Objects::isNull, Deadline.STATE.toSeconds(), TimeUnit.SECONDS);
    }
  }

  private static boolean running(Pod pod) {
    return pod != null
        && pod.getStatus().getContainerStatuses().stream()
            .map(ContainerStatus::getState)
            .anyMatch(state -> state.getRunning() != null);
  }

  /** The server's first line, which says that it listens, as the container runtime stamped it. */
  private static Instant listening(PodResource pod) {
    String log =
        await("the server's log")
            .until(
                () -> pod.inContainer(Servers.CONTAINER).usingTimestamps().getLog(),
                text -> text.contains(" listening "));
    return Instant.parse(log.substring(0, log.indexOf(' ')));
  }

  private String namespace(Start start) {
    return start.restricted() ? restricted : open;
  }
}
