package dev.wstuning.operator.pod.status;

import static dev.wstuning.operator.fixtures.ObservedPodBuilder.observed;
import static dev.wstuning.operator.fixtures.ServerReportBuilder.node;
import static dev.wstuning.operator.fixtures.SpecBuilder.tune;
import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.operator.api.v1alpha1.ConditionStatus;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningSpec.ApplicationKeepalive;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus.ObservedKeepalive;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus.ObservedPort;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus.Suspension.Cause;
import dev.wstuning.operator.fixtures.Boots;
import dev.wstuning.operator.fixtures.ServerReportBuilder;
import dev.wstuning.operator.fixtures.SpecBuilder;
import dev.wstuning.operator.fixtures.TestPod;
import dev.wstuning.operator.fixtures.VerdictInputBuilder;
import dev.wstuning.operator.pod.observation.Observation;
import dev.wstuning.operator.pod.observation.ObservedPod.Coverage;
import dev.wstuning.operator.pod.selection.Markers;
import dev.wstuning.operator.pod.status.StatusFactory.Occasion;
import dev.wstuning.operator.sysctl.Sysctl;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The status stays small and true to its types, regardless of what pods report and how many there
 * are.
 */
class StatusBoundsTest {

  private static final int MOST_BYTES = 32 * 1024;

  @Test
  void aThousandPodsThatAllDiffer() {
    VerdictInputBuilder input =
        VerdictInputBuilder.of(everything()).planContext(VerdictInputBuilder.RESTRICTED);
    List<TestPod> pods =
        IntStream.range(0, 100)
            .mapToObj(i -> TestPod.named("chat-with-a-long-name-of-a-deployment-7d9c5b6f4-" + i))
            .map(p -> p.ofDeployment("chat").running())
            .toList();
    for (int i = 0; i < 1_000; i++) {
      input.pod(
          observed(pods.get(i % pods.size()))
              .coverage(Coverage.RESTART_PENDING)
              .boot(
                  Boots.failed(
                      List.of("x".repeat(i % 500)),
                      Optional.of("y".repeat(500)),
                      Optional.of("z".repeat(500))))
              .seen(everyPort(node().nofile(i, 100_000).comm("fifteen-letters"), i).build()));
    }

    WebSocketTuningStatus status = create(input);

    assertThat(status.observations()).hasSize(5).allMatch(o -> o.ports().size() == 8);
    assertThat(status.observations().get(0).ports().get(0))
        .isEqualTo(
            new ObservedPort(
                10_001,
                100_000L,
                new ObservedKeepalive("On", 0, 32_767, 127, List.of("intervalSeconds", "probes")),
                "Application",
                86_400,
                "Existing",
                List.of("intervalSeconds", "probes", "userTimeoutSeconds"),
                "LikelyProxy"));
    assertThat(bytes(status)).isLessThan(MOST_BYTES);
    assertThat(status.pods().selected()).isEqualTo(1_000);
    assertThat(status.summary().effective()).isEqualTo("0/1000");
  }

  @Test
  void threeNamesStandForAGroup() {
    VerdictInputBuilder input = VerdictInputBuilder.of(tune().openFiles(1024));
    IntStream.range(0, 9).forEach(i -> input.pod(observed("chat-" + i).seen(node().build())));

    assertThat(create(input).observations())
        .singleElement()
        .satisfies(
            o -> {
              assertThat(o.pods()).isEqualTo(9);
              assertThat(o.examples()).containsExactly("chat-0", "chat-1", "chat-2");
            });
  }

  @Test
  void theWorstGroupsAreShown() {
    VerdictInputBuilder input = VerdictInputBuilder.of(tune().openFiles(1024));
    for (int i = 0; i < 12; i++) {
      input.pod(observed("fine-" + i).seen(node().nofile(2000 + i, 4000).build()));
    }
    input.pod(observed("waiting"));
    input.pod(observed("z-worst").seen(node().nofile(64, 4000).build()));

    assertThat(create(input).observations())
        .hasSize(10)
        .extracting(o -> o.examples().get(0))
        .startsWith("z-worst", "waiting", "fine-0");
  }

  @Test
  void theLowestLimitOfAllPodsIsInTheColumnEvenIfItsGroupIsNotShown() {
    VerdictInputBuilder input = VerdictInputBuilder.of(tune().openFiles(1024));
    for (int i = 0; i < 12; i++) {
      input.pod(observed("pod-%02d".formatted(i)).seen(node().nofile(4000 - i, 4000).build()));
    }

    assertThat(create(input).summary().openFiles()).isEqualTo("3989");
  }

  @Test
  void aDeadPeerThatIsNeverFoundIsInTheColumnEvenIfItsGroupIsNotShown() {
    VerdictInputBuilder input = VerdictInputBuilder.of(tune().openFiles(1024));
    for (int i = 0; i < 12; i++) {
      ServerReportBuilder report = node().nofile(2000 + i, 4000);
      input.pod(
          observed("pod-%02d".formatted(i))
              .seen(
                  (i == 11 ? report.portWithoutKeepalive(8080) : report.port(8080, 1, 7200))
                      .build()));
    }

    assertThat(create(input).summary().deadPeer()).isEqualTo("never");
  }

  @Test
  void aLongMessageKeepsWhatHelps() {
    VerdictInputBuilder input =
        VerdictInputBuilder.of(everything())
            .suspended("chat", Cause.Stuck, "y".repeat(5000), false)
            .pod(
                observed("chat-1")
                    .observation(
                        new Observation.Failed("z".repeat(5000), Observation.Prospect.NONE)));

    WebSocketTuningStatus status = create(input);

    assertThat(status.conditions())
        .filteredOn(c -> c.status() != ConditionStatus.True)
        .hasSize(3)
        .allSatisfy(
            c -> {
              assertThat(c.message().length()).isLessThanOrEqualTo(1024);
              assertThat(c.message()).containsPattern("\\.\\.\\.\\. Next: \\S+");
            });
    assertThat(bytes(status)).isLessThan(MOST_BYTES);
  }

  @Test
  void messagesOfGroupsAreBoundedToo() {
    VerdictInputBuilder input = VerdictInputBuilder.of(everything());
    for (int i = 0; i < 20; i++) {
      input.pod(
          observed("chat-" + i)
              .observation(
                  new Observation.Failed(i + "z".repeat(20_000), Observation.Prospect.NONE)));
    }

    assertThat(bytes(create(input))).isLessThan(MOST_BYTES);
  }

  @Test
  void theReasonWhyTheLibraryWasLeftOutIsCut() {
    ServerReportBuilder report = node().keepalive("300", "10", "5");
    TestPod forged = TestPod.named("chat-1").annotated(Markers.NO_PRELOAD, "w".repeat(200_000));

    WebSocketTuningStatus status =
        create(
            VerdictInputBuilder.of(tune().keepalive(300, 10, 5))
                .pod(observed(forged.running()).seen(report.portWithoutKeepalive(1).build())));

    assertThat(status.conditions())
        .anyMatch(c -> c.message().contains("the preload library was left out: www"));
    assertThat(bytes(status)).isLessThan(MOST_BYTES);
  }

  @Test
  void listsOfContainersAreCut() {
    List<Container> containers =
        IntStream.range(0, 500)
            .mapToObj(i -> new ContainerBuilder().withName("c".repeat(55) + i).build())
            .toList();
    TestPod pod =
        TestPod.named("chat-1")
            .running()
            .with(p -> p.editSpec().withContainers(containers).endSpec());

    WebSocketTuningStatus status =
        create(
            VerdictInputBuilder.of(everything())
                .pod(observed(pod).observation(new Observation.Ambiguous())));

    assertThat(bytes(status)).isLessThan(MOST_BYTES);
  }

  @ParameterizedTest
  @ValueSource(strings = {"9999999999", "-1", "4294967295", "4096 131072 6291456"})
  void aForgedKeepaliveTimeBreaksNothing(String value) {
    ServerReportBuilder forged = node().keepalive(value, value, value).port(8080, 1, 300);

    WebSocketTuningStatus status =
        create(
            VerdictInputBuilder.of(tune().keepalive(300, 10, 5))
                .pod(observed("chat-1").seen(forged.build())));

    assertThat(status.summary().deadPeer()).isEqualTo("unknown");
  }

  @Test
  void aDeadPeerTimeThatOverflowsIsNotTold() {
    ServerReportBuilder forged =
        node().keepalive("300", "999999999", "999999999").port(8080, 1, 300);

    WebSocketTuningStatus status =
        create(
            VerdictInputBuilder.of(tune().openFiles(1024))
                .pod(observed("chat-1").seen(forged.build())));

    assertThat(status.summary().deadPeer()).isEqualTo("unknown");
  }

  @Test
  void forgedNumbersOfConnectionsDoNotOverflow() {
    ServerReportBuilder forged = node().port(8080, Integer.MAX_VALUE, 7200);

    WebSocketTuningStatus status =
        create(
            VerdictInputBuilder.of(tune().openFiles(1024))
                .pod(observed("chat-1").seen(forged.build()))
                .pod(observed("chat-2").seen(forged.build())));

    assertThat(status.observations().get(0).ports().get(0).connections()).isEqualTo(4294967294L);
  }

  @Test
  void manyRivalsAreCountedAndAFewNamed() {
    Map<String, Integer> rivals =
        IntStream.range(0, 1000).boxed().collect(Collectors.toMap(i -> "t".repeat(59) + i, i -> 1));

    WebSocketTuningStatus status =
        create(VerdictInputBuilder.of(everything()).ownedByOther(rivals));

    assertThat(status.pods().ownedByOther()).isEqualTo(1000);
    assertThat(bytes(status)).isLessThan(MOST_BYTES);
  }

  /** As much as a resource can set. */
  private static SpecBuilder everything() {
    SpecBuilder spec =
        tune()
            .keepalive(300, 10, 5)
            .userTimeout(86_400)
            .applicationKeepalive(ApplicationKeepalive.Override)
            .loadBalancerIdle(86_400)
            .openFiles(524_288);
    for (Sysctl sysctl : Sysctl.values()) {
      if (!sysctl.keepalive()) {
        String most = String.join(" ", Collections.nCopies(sysctl.fields(), "" + sysctl.max()));
        spec.sysctl(sysctl.key(), most);
      }
    }
    return spec;
  }

  private static ServerReportBuilder everyPort(ServerReportBuilder report, int i) {
    for (Sysctl sysctl : Sysctl.values()) {
      report.sysctl(sysctl, "2147483640 2147483641 2147483642");
    }
    report.programs(32_767, 32_767, 127, 86_400, true).remotes(1);
    for (int port = 1; port <= 8; port++) {
      report.port(10_000 + port, 100_000, i);
    }
    return report;
  }

  private static WebSocketTuningStatus create(VerdictInputBuilder input) {
    Clock clock = Clock.fixed(Instant.parse("2026-01-01T12:00:00Z"), ZoneOffset.UTC);
    return new StatusFactory(clock).create(input.build(), occasion(1, null, InjectionState.NONE));
  }

  private static int bytes(WebSocketTuningStatus status) {
    return Serialization.asJson(status).getBytes(StandardCharsets.UTF_8).length;
  }

  private static Occasion occasion(
      long generation, WebSocketTuningStatus previous, InjectionState state) {
    return new Occasion(
        generation, Optional.ofNullable(previous), Requests.NONE, state, false, List.of());
  }
}
