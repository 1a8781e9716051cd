package dev.wstuning.operator.pod.observation;

import static dev.wstuning.operator.fixtures.SpecBuilder.tune;
import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.operator.api.v1alpha1.Methods.SocketMethod;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningSpec.TuningError;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningSpec.Via;
import dev.wstuning.operator.fixtures.AgentReports;
import dev.wstuning.operator.fixtures.SpecBuilder;
import dev.wstuning.operator.fixtures.TestPod;
import dev.wstuning.operator.fixtures.VerdictInputBuilder;
import dev.wstuning.operator.pod.observation.ObservedPod.Coverage;
import dev.wstuning.operator.pod.plan.PlanContext;
import dev.wstuning.operator.pod.plan.Planner;
import dev.wstuning.operator.pod.plan.TuningPlan;
import dev.wstuning.operator.pod.selection.Exclusion;
import dev.wstuning.operator.pod.selection.Markers;
import dev.wstuning.operator.pod.tuner.InjectedTuner;
import dev.wstuning.operator.pod.tuner.ReportReader;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A pod that its node's agent tuned is to the rules what it is if admission tuned it. */
class NodeTunedTest {

  private static final PlanContext ANY = VerdictInputBuilder.ADMITS_ALL;

  private final NodeTuned reader = new NodeTuned(ReportReader.STRICT, Sharing.NOTHING);

  static Stream<Supplier<SpecBuilder>> specs() {
    return Stream.of(
        () -> tune().keepalive(300, 10, 5),
        () -> tune().deadPeers(60),
        () -> tune().userTimeout(60),
        () -> tune().openFiles(65_536),
        () -> tune().connections(50_000).deadPeers(30).tuningError(TuningError.Hold),
        () -> tune().keepalive(300, 10, 5).sysctl("net.core.somaxconn", "16384"));
  }

  @ParameterizedTest
  @MethodSource("specs")
  void bothWaysGiveTheSameFacts(Supplier<SpecBuilder> spec) {
    TuningPlan admission = plan(spec.get());
    TuningPlan byNode = plan(spec.get().via(Via.NodeAgent));

    PodRecord admitted = admitted(admission);
    PodRecord tuned = read(pod(), AgentReports.of("chat-1").tuned(byNode), byNode);

    assertThat(tuned.facts().plan()).isEqualTo(admitted.facts().plan());
    assertThat(tuned.facts().tuner().map(NodeTunedTest::said))
        .isEqualTo(admitted.facts().tuner().map(NodeTunedTest::said));
    assertThat(tuned.boot().problems()).isEqualTo(admitted.boot().problems());
    assertThat(tuned.boot().programsAttached()).isEqualTo(admitted.boot().programsAttached());
    assertThat(tuned.facts().asksForOpenFiles("server"))
        .isEqualTo(admitted.facts().asksForOpenFiles("server"));
    for (TuningPlan plan : List.of(admission, byNode)) {
      assertThat(coverage(tuned, plan)).isEqualTo(Coverage.CURRENT);
      assertThat(coverage(admitted, plan)).isEqualTo(Coverage.CURRENT);
    }
  }

  @ParameterizedTest
  @MethodSource("specs")
  void otherWishesAreAReasonToRestartEitherWay(Supplier<SpecBuilder> spec) {
    TuningPlan now = plan(tune().keepalive(77, 7, 7).openFiles(77_777).via(Via.NodeAgent));
    TuningPlan before = plan(spec.get().via(Via.NodeAgent));

    PodRecord tuned = read(pod(), AgentReports.of("chat-1").tuned(before), now);

    assertThat(coverage(tuned, now)).isEqualTo(Coverage.RESTART_PENDING);
    assertThat(coverage(admitted(plan(spec.get())), now)).isEqualTo(Coverage.RESTART_PENDING);
    assertThat(tuned.boot().problems().none()).isTrue();
  }

  /** Restarting pods would change nothing in them. */
  @Test
  void otherWishesWithTheSameValuesAreNoReason() {
    TuningPlan before = plan(tune().keepalive(300, 10, 5).via(Via.NodeAgent));
    TuningPlan now =
        plan(tune().keepalive(300, 10, 5).socketMethods(SocketMethod.Programs).via(Via.NodeAgent));
    assertThat(now.hash()).isNotEqualTo(before.hash());

    PodRecord tuned = read(pod(), AgentReports.of("chat-1").tuned(before), now);

    assertThat(coverage(tuned, now)).isEqualTo(Coverage.CURRENT);
  }

  /** Another version of the operator derives other values from the same wishes. */
  @Test
  void theSameWishesWithOtherValuesAreImprovable() {
    TuningPlan plan = plan(tune().keepalive(300, 10, 5).via(Via.NodeAgent));
    TuningPlan other = plan(tune().keepalive(310, 10, 5).via(Via.NodeAgent));
    List<String> arguments =
        AgentReports.of("x").tuned(other).build().arguments().stream()
            .map(a -> a.replace(other.hash(), plan.hash()))
            .toList();

    PodRecord tuned =
        read(
            pod(),
            AgentReports.of("chat-1")
                .tuned(plan)
                .arguments(arguments)
                .boot(Serialization.asJson(AgentReports.done(plan)).replace("\"300\"", "\"310\"")),
            plan);

    assertThat(coverage(tuned, plan)).isEqualTo(Coverage.IMPROVABLE);
    assertThat(tuned.boot().problems().none()).isTrue();
  }

  @Test
  void whatTheKernelRefusedIsAProblem() {
    TuningPlan plan = plan(tune().keepalive(300, 10, 5).via(Via.NodeAgent));
    String refused =
        """
        {"v":1,"kind":"boot","tuner":"0.3.0","plan":"%s","nofile":{"soft":1024,"hard":524288},\
        "values":["300",null,"5"],"sockets":{"by":"Programs","done":false,"error":"no BTF"},\
        "errors":[{"at":1,"message":"no such file"}]}"""
            .formatted(plan.hash());

    PodRecord tuned = read(pod(), AgentReports.of("chat-1").tuned(plan).boot(refused), plan);

    assertThat(tuned.boot().problems().sysctls())
        .containsExactly("net.ipv4.tcp_keepalive_intvl=10: no such file");
    assertThat(tuned.boot().problems().sockets()).contains("no BTF");
    assertThat(tuned.boot().programsAttached()).isFalse();
  }

  @Test
  void aReportThatBreaksTheContractIsNotBelieved() {
    TuningPlan plan = plan(tune().keepalive(300, 10, 5).via(Via.NodeAgent));

    assertThat(
            Stream.of("{}", "{\"v\":1", TestPod.awaitsAgentReport(plan))
                .map(line -> read(pod(), AgentReports.of("chat-1").tuned(plan).boot(line), plan))
                .map(r -> r.boot().problems().report()))
        .allMatch(Optional::isPresent);
    assertThat(
            read(
                    pod(),
                    AgentReports.of("chat-1").tuned(plan).arguments(List.of("apply", "--fast")),
                    plan)
                .boot()
                .problems()
                .report())
        .isPresent();
  }

  /** The agent reports nothing of it before the server's container has started. */
  @Test
  void aPodThatStartsIsNoProblem() {
    TuningPlan plan = plan(tune().keepalive(300, 10, 5).via(Via.NodeAgent));

    PodRecord tuned = read(pod(), AgentReports.of("chat-1").tuned(plan).boot(""), plan);

    assertThat(tuned.boot()).isEqualTo(Boot.NONE);
    assertThat(coverage(tuned, plan)).isEqualTo(Coverage.CURRENT);
  }

  @Test
  void theLimitOfAnotherStartProvesNothing() {
    TuningPlan plan = plan(tune().openFiles(65_536).via(Via.NodeAgent));
    AgentReports report = AgentReports.of("chat-1").tuned(plan);

    assertThat(read(pod(), report.created(TestPod.CONTAINER_ID, 65_536, 524_288), plan).boot())
        .satisfies(boot -> assertThat(boot.openFilesGiven()).isPresent());
    assertThat(read(pod(), report.created("containerd://other", 65_536, 524_288), plan).boot())
        .satisfies(boot -> assertThat(boot.openFilesGiven()).isEmpty());
  }

  /** An agent leaves such a pod alone; if it says otherwise, what the pod shows counts. */
  @Test
  void aPodOfAdmissionStaysOne() {
    TuningPlan plan = plan(tune().keepalive(300, 10, 5));
    PodRecord admitted = admitted(plan);

    assertThat(
            reader.record(
                admitted,
                PodReport.of(AgentReports.of("chat-1").tuned(plan).build(), Sharing.NOTHING),
                plan))
        .isSameAs(admitted);
  }

  @Test
  void theAgentAddsNoContainerSoItsNameMayBeTaken() {
    TuningPlan plan = plan(tune().keepalive(300, 10, 5).via(Via.NodeAgent));
    TestPod pod =
        pod().container(Markers.INIT_CONTAINER).annotated(Markers.DEFAULT_CONTAINER, "server");
    assertThat(pod.facts().exclusion()).contains(Exclusion.NAME_TAKEN);

    assertThat(coverage(read(pod, AgentReports.of("chat-1").tuned(plan), plan), plan))
        .isEqualTo(Coverage.CURRENT);
  }

  private PodRecord read(TestPod pod, AgentReports report, TuningPlan plan) {
    return reader.record(pod.record(), PodReport.of(report.build(), Sharing.NOTHING), plan);
  }

  private static PodRecord admitted(TuningPlan plan) {
    TestPod pod = pod().tuned("chat", plan);
    return pod.facts().tuner().isPresent()
        ? pod.booted(0, Serialization.asJson(AgentReports.done(plan))).record()
        : pod.record();
  }

  private static TestPod pod() {
    return TestPod.named("chat-1").ofDeployment("chat").onNode("node-1").running();
  }

  private static Coverage coverage(PodRecord pod, TuningPlan plan) {
    return PodClassifier.coverage(pod.facts(), plan, Optional.empty());
  }

  private static TuningPlan plan(SpecBuilder spec) {
    return Planner.plan(spec.build(), ANY);
  }

  private static List<Object> said(InjectedTuner tuner) {
    return List.of(tuner.command(), tuner.holdsOnFailure(), tuner.believable());
  }
}
