package dev.wstuning.operator.pod.verdict;

import static dev.wstuning.operator.fixtures.ObservedPodBuilder.observed;
import static dev.wstuning.operator.fixtures.ServerReportBuilder.node;
import static dev.wstuning.operator.fixtures.SpecBuilder.observe;
import static dev.wstuning.operator.fixtures.SpecBuilder.tune;
import static dev.wstuning.operator.fixtures.VerdictInputBuilder.ADMITS_ALL;
import static dev.wstuning.operator.fixtures.VerdictInputBuilder.RESTRICTED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.operator.api.v1alpha1.WebSocketTuningSpec.ApplicationKeepalive;
import dev.wstuning.operator.condition.Finding;
import dev.wstuning.operator.condition.Remedy;
import dev.wstuning.operator.fixtures.Boots;
import dev.wstuning.operator.fixtures.ObservedPodBuilder;
import dev.wstuning.operator.fixtures.SpecBuilder;
import dev.wstuning.operator.fixtures.TestPod;
import dev.wstuning.operator.fixtures.VerdictInputBuilder;
import dev.wstuning.operator.pod.observation.Boot;
import dev.wstuning.operator.pod.observation.ObservedPod.Coverage;
import dev.wstuning.operator.pod.plan.PlanContext;
import org.junit.jupiter.api.Test;

/** What helps a pod whose sockets have no keepalive depends on why they have none. */
class SocketRemediesTest {

  private static final String IN_THE_SERVER =
      "switch SO_KEEPALIVE on in the server, for example http.createServer({keepAlive: true}) in"
          + " Node.js";
  private static final String OFF =
      "keepalive does not run on connections to port 8080 because nothing switches SO_KEEPALIVE on";
  private static final Boot REFUSED = Boots.socketsRefused("attach: operation not permitted");

  @Test
  void whoObservesMayTune() {
    assertThat(judge(observe().keepalive(300, 10, 5), ADMITS_ALL, untuned()))
        .isEqualTo(off("", "set spec.mode to Tune, or " + IN_THE_SERVER));
  }

  @Test
  void anOldPodIsRestarted() {
    ObservedPodBuilder old = untuned().coverage(Coverage.RESTART_PENDING);

    assertThat(judge(keepalive(), ADMITS_ALL, old)).isEqualTo(off("", new Remedy.RestartPod()));
  }

  @Test
  void withoutPrivilegeTheLibraryMayBeAllowed() {
    assertThat(judge(keepalive(), RESTRICTED, tuned(keepalive(), RESTRICTED)))
        .isEqualTo(
            off(
                "",
                IN_THE_SERVER
                    + ", or add Preload to spec.methods.sockets, or let the pods be privileged"
                    + " (spec.methods.privilege, and the namespace's label"
                    + " pod-security.kubernetes.io/enforce)"));
  }

  @Test
  void whatKeepsTheLibraryOutIsNamed() {
    TestPod pod = TestPod.named("chat-1").withLdPreload();

    assertThat(judge(library(), RESTRICTED, tuned(pod, library(), RESTRICTED)))
        .isEqualTo(
            off(
                "; the preload library was left out: container server sets LD_PRELOAD itself",
                IN_THE_SERVER
                    + ", or remove what keeps the library out, or let the pods be privileged"));
  }

  @Test
  void aStaticServerIgnoresTheLibrary() {
    assertThat(judge(library(), RESTRICTED, tuned(library(), RESTRICTED)))
        .isEqualTo(
            off(
                "",
                IN_THE_SERVER
                    + " (a statically linked server ignores the library), or let the pods be"
                    + " privileged"));
  }

  @Test
  void aLibraryThatCouldNotBePutInPlaceIsNotTheServersFault() {
    assertThat(judge(library(), RESTRICTED, tuned(library(), RESTRICTED).boot(REFUSED)))
        .isEqualTo(
            off(
                "; the library could not be put in place: attach: operation not permitted",
                IN_THE_SERVER
                    + ", or remove what keeps the library out, or let the pods be privileged"));
  }

  @Test
  void programsThatWereRefusedNeedAnotherKernel() {
    assertThat(judge(keepalive(), ADMITS_ALL, tuned(keepalive(), ADMITS_ALL).boot(REFUSED)))
        .isEqualTo(
            off(
                "; the socket programs were refused: attach: operation not permitted",
                IN_THE_SERVER
                    + ", or run the pods on nodes whose kernel supports eBPF programs on cgroups (see the condition Applied)"));
  }

  @Test
  void anApplicationThatIsRespectedMayBeOverridden() {
    assertThat(judge(keepalive(), ADMITS_ALL, tuned(keepalive(), ADMITS_ALL)))
        .isEqualTo(off("", "set spec.applicationKeepalive to Override, or " + IN_THE_SERVER));
  }

  @Test
  void oneThatIsOverriddenAlreadyIsLeftToItsDevelopers() {
    SpecBuilder override = keepalive().applicationKeepalive(ApplicationKeepalive.Override);

    assertThat(judge(override, ADMITS_ALL, tuned(override, ADMITS_ALL)))
        .isEqualTo(off("", IN_THE_SERVER));
  }

  private static Finding off(String because, String next) {
    return off(because, new Remedy.Advice(next));
  }

  private static Finding off(String because, Remedy remedy) {
    return Finding.bad(TuningReason.KeepaliveOff, OFF + because, remedy);
  }

  private static SpecBuilder keepalive() {
    return tune().keepalive(300, 10, 5);
  }

  private static SpecBuilder library() {
    return keepalive().library();
  }

  private static ObservedPodBuilder untuned() {
    return observed(TestPod.named("chat-1").running());
  }

  private static ObservedPodBuilder tuned(SpecBuilder spec, PlanContext planContext) {
    return tuned(TestPod.named("chat-1"), spec, planContext);
  }

  private static ObservedPodBuilder tuned(TestPod pod, SpecBuilder spec, PlanContext planContext) {
    var plan = VerdictInputBuilder.of(spec).planContext(planContext).expectation().plan();
    return observed(pod.tuned("chat", plan).running());
  }

  private static Finding judge(SpecBuilder asked, PlanContext planContext, ObservedPodBuilder pod) {
    var report = node().keepalive("300", "10", "5").portWithoutKeepalive(8080).build();
    return VerdictInputBuilder.of(asked)
        .planContext(planContext)
        .pod(pod.seen(report))
        .judged()
        .get(0)
        .finding();
  }
}
