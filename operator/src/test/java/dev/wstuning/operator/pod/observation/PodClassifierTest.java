package dev.wstuning.operator.pod.observation;

import static dev.wstuning.operator.fixtures.SpecBuilder.observe;
import static dev.wstuning.operator.fixtures.SpecBuilder.tune;
import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.operator.api.v1alpha1.Methods.Privilege;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningSpec.TuningError;
import dev.wstuning.operator.fixtures.Boots;
import dev.wstuning.operator.fixtures.SpecBuilder;
import dev.wstuning.operator.fixtures.TestPod;
import dev.wstuning.operator.fixtures.VerdictInputBuilder;
import dev.wstuning.operator.pod.observation.ObservedPod.Coverage;
import dev.wstuning.operator.pod.observation.ObservedPod.Life;
import dev.wstuning.operator.pod.plan.TuningPlan;
import dev.wstuning.operator.pod.selection.Markers;
import dev.wstuning.operator.pod.tuner.BootReport;
import dev.wstuning.operator.pod.tuner.OpenFilesLimit;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a pod's spec and statuses prove, and what they do not. */
class PodClassifierTest {

  private static final TuningPlan PLAN = plan(tune().keepalive(300, 10, 5));
  private static final TuningPlan OTHER_PLAN = plan(tune().keepalive(60, 10, 5));
  private static final TuningPlan NO_PLAN = plan(observe());
  private static final TuningPlan UNPRIVILEGED =
      plan(tune().keepalive(300, 10, 5).privilege(Privilege.Unprivileged));

  private static final TuningPlan WAITING = plan(tune().keepalive(300, 10, 5).openFiles(65_536));

  private static final TuningPlan LIBRARY =
      plan(tune().keepalive(300, 10, 5).privilege(Privilege.Unprivileged).library());

  @Nested
  class HowItLives {

    @Test
    void fromPendingToRunningToGone() {
      assertThat(life(TestPod.named("chat-1"))).isEqualTo(Life.STARTING);
      assertThat(life(TestPod.named("chat-1").serverWaits("PodInitializing")))
          .isEqualTo(Life.STARTING);
      assertThat(life(TestPod.named("chat-1").running())).isEqualTo(Life.RUNNING);
      assertThat(life(TestPod.named("chat-1").running().deleting())).isEqualTo(Life.NOT_RUNNING);
      assertThat(life(TestPod.named("chat-1").running().phase("Failed")))
          .isEqualTo(Life.NOT_RUNNING);
    }

    @Test
    void aServerThatKeepsCrashingDoesNotRun() {
      assertThat(life(TestPod.named("chat-1").phase("Running").serverWaits("CrashLoopBackOff")))
          .isEqualTo(Life.NOT_RUNNING);
    }

    @Test
    void whereTheServerIsUnknownThePodsPhaseDecides() {
      TestPod pod = TestPod.named("chat-1").running().container("proxy");

      assertThat(life(pod)).isEqualTo(Life.RUNNING);
      assertThat(life(pod.phase("Pending"))).isEqualTo(Life.STARTING);
    }

    private static Life life(TestPod pod) {
      return PodClassifier.life(pod.facts(), Optional.empty());
    }
  }

  @Nested
  class WhatItCarries {

    private static final Optional<Instant> SINCE =
        Optional.of(Instant.parse("2026-01-01T00:00:00Z"));

    @Test
    void thePlanThatItWasAdmittedWith() {
      assertThat(coverage(TestPod.named("chat-1").tuned("chat", PLAN), PLAN))
          .isEqualTo(Coverage.CURRENT);
      assertThat(coverage(TestPod.named("chat-1").tuned("chat", OTHER_PLAN), PLAN))
          .isEqualTo(Coverage.RESTART_PENDING);
      assertThat(coverage(TestPod.named("chat-1").tuned("chat", UNPRIVILEGED), UNPRIVILEGED))
          .isEqualTo(Coverage.CURRENT);
    }

    @Test
    void anAnnotationAloneProvesNothing() {
      TestPod forged = TestPod.named("chat-1").annotated(Markers.PLAN, PLAN.hash());

      assertThat(coverage(forged, PLAN)).isEqualTo(Coverage.IMPROVABLE);
    }

    @Test
    void aContainerWithAnotherCommandProvesNothing() {
      TestPod forged =
          TestPod.named("chat-1")
              .tuned("chat", PLAN)
              .with(
                  p ->
                      p.editSpec()
                          .editFirstInitContainer()
                          .withArgs(
                              "apply",
                              "--plan=" + PLAN.hash(),
                              "--on-error=start",
                              "net.ipv4.tcp_keepalive_time=7200")
                          .endInitContainer()
                          .endSpec());

      assertThat(coverage(forged, PLAN)).isEqualTo(Coverage.IMPROVABLE);
    }

    @Test
    void withoutTheLauncherThePodStillNeedsItsInitContainer() {
      TuningPlan plan = plan(tune().keepalive(300, 10, 5).openFiles(64).launcher());
      TestPod tuned = TestPod.named("chat-1").tuned("chat", plan);
      TestPod bare =
          TestPod.named("chat-1")
              .annotated(Markers.PLAN, plan.hash())
              .annotated(Markers.NO_PRELOAD, "container server has no command to launch");

      assertThat(tuned.facts().noPreload()).isPresent();
      assertThat(coverage(tuned, plan)).isEqualTo(Coverage.CURRENT);
      assertThat(coverage(bare, plan)).isEqualTo(Coverage.IMPROVABLE);
    }

    @Test
    void theLibraryOrANoteOfWhyItDoesWithout() {
      TestPod without = TestPod.named("chat-1").withLdPreload().tuned("chat", LIBRARY);

      assertThat(coverage(TestPod.named("chat-1").tuned("chat", LIBRARY), LIBRARY))
          .isEqualTo(Coverage.CURRENT);
      assertThat(without.facts().noPreload()).isPresent();
      assertThat(coverage(without, LIBRARY)).isEqualTo(Coverage.CURRENT);
    }

    @Test
    void withoutItsInitContainerNeitherLibraryNorNote() {
      TestPod robbed =
          TestPod.named("chat-1")
              .tuned("chat", LIBRARY)
              .with(p -> p.editSpec().withInitContainers(List.of()).withVolumes().endSpec());

      assertThat(coverage(robbed, LIBRARY)).isEqualTo(Coverage.IMPROVABLE);
    }

    @Test
    void aNoteThatThereIsNoLibraryStandsForNothingElse() {
      TestPod forged =
          TestPod.named("chat-1")
              .annotated(Markers.PLAN, PLAN.hash())
              .annotated(Markers.NO_PRELOAD, "container server sets LD_PRELOAD itself");

      assertThat(coverage(forged, PLAN)).isEqualTo(Coverage.IMPROVABLE);
      assertThat(coverage(forged, LIBRARY)).isEqualTo(Coverage.RESTART_PENDING);
    }

    /** The namespace admits privileged pods now, or the operator came to know another way. */
    @Test
    void theSameWishesInAnotherFormAreNoReasonToRestart() {
      TuningPlan now = plan(tune().keepalive(300, 10, 5));
      TuningPlan before =
          VerdictInputBuilder.of(tune().keepalive(300, 10, 5))
              .planContext(VerdictInputBuilder.RESTRICTED)
              .expectation()
              .plan();
      TestPod pod = TestPod.named("chat-1").tuned("chat", before);

      assertThat(before.hash()).isEqualTo(now.hash());
      assertThat(coverage(pod, before)).isEqualTo(Coverage.CURRENT);
      assertThat(coverage(pod, now)).isEqualTo(Coverage.IMPROVABLE);
    }

    /** The administrator forbade privilege after the pod was created. */
    @Test
    void whatIsNotPossibleAnyMoreIsNoReasonToRestart() {
      SpecBuilder spec = tune().keepalive(300, 10, 5).privilege(Privilege.Privileged);
      TuningPlan now =
          VerdictInputBuilder.of(spec).planContext(VerdictInputBuilder.CAPPED).expectation().plan();
      TestPod pod = TestPod.named("chat-1").tuned("chat", plan(spec));

      assertThat(now.injects()).isFalse();
      assertThat(coverage(pod, now)).isEqualTo(Coverage.IMPROVABLE);
      assertThat(coverage(TestPod.named("chat-1").tuned("chat", OTHER_PLAN), now))
          .isEqualTo(Coverage.RESTART_PENDING);
      assertThat(coverage(pod, NO_PLAN)).isEqualTo(Coverage.RESTART_PENDING);
    }

    /** An outcome and its numbers are other wishes with the same values. */
    @Test
    void otherWishesWithTheSameValuesAreNoReasonToRestart() {
      TuningPlan before = plan(tune().openFiles(56_024));
      TuningPlan now = plan(tune().connections(50_000));

      assertThat(before.hash()).isNotEqualTo(now.hash());
      assertThat(coverage(TestPod.named("chat-1").tuned("chat", before), now))
          .isEqualTo(Coverage.CURRENT);
      assertThat(coverage(TestPod.named("chat-1").tuned("chat", plan(tune().openFiles(64))), now))
          .isEqualTo(Coverage.RESTART_PENDING);
    }

    @Test
    void otherValuesOfSafeSysctlsAreAReasonToRestart() {
      TestPod pod = TestPod.named("chat-1").tuned("chat", UNPRIVILEGED);

      assertThat(
              coverage(pod, plan(tune().keepalive(300, 10, 6).privilege(Privilege.Unprivileged))))
          .isEqualTo(Coverage.RESTART_PENDING);
    }

    @Test
    void anotherAnswerToAnErrorIsAReasonToRestart() {
      TestPod pod = TestPod.named("chat-1").tuned("chat", PLAN);

      assertThat(coverage(pod, plan(tune().keepalive(300, 10, 5).tuningError(TuningError.Hold))))
          .isEqualTo(Coverage.RESTART_PENDING);
    }

    @ParameterizedTest
    @ValueSource(strings = {"cb94e9040db7", "v2:cb94e9040db7"})
    void aHashOfAnotherEncodingIsJudgedByValuesAndNeverAReasonToRestart(String hash) {
      assertThat(coverage(withHash(hash, PLAN), PLAN)).isEqualTo(Coverage.CURRENT);
      assertThat(coverage(withHash(hash, OTHER_PLAN), PLAN)).isEqualTo(Coverage.IMPROVABLE);
    }

    private static TestPod withHash(String hash, TuningPlan plan) {
      return TestPod.named("chat-1")
          .tuned("chat", plan)
          .annotated(Markers.PLAN, hash)
          .with(
              p ->
                  p.editSpec()
                      .editFirstInitContainer()
                      .withArgs(
                          p.buildSpec().getInitContainers().get(0).getArgs().stream()
                              .map(a -> a.startsWith("--plan=") ? "--plan=" + hash : a)
                              .toList())
                      .endInitContainer()
                      .endSpec());
    }

    @Test
    void theSameSettingsByTheOtherWay() {
      assertThat(coverage(TestPod.named("chat-1").tuned("chat", LIBRARY), PLAN))
          .isEqualTo(Coverage.RESTART_PENDING);
      assertThat(coverage(TestPod.named("chat-1").tuned("chat", PLAN), LIBRARY))
          .isEqualTo(Coverage.RESTART_PENDING);
    }

    @ParameterizedTest
    @CsvSource({
      "2026-01-01T00:00:00Z, RESTART_PENDING",
      "2026-01-01T00:00:03Z, RESTART_PENDING", // the entry was still on its way to API servers
      "2026-01-01T00:00:04Z, MISSED",
      "2025-12-31T23:00:00Z, RESTART_PENDING",
    })
    void nothingAndTheCreationTimeShowsWhy(String created, Coverage expected) {
      assertThat(coverage(TestPod.named("chat-1").createdAt(created), PLAN)).isEqualTo(expected);
    }

    @Test
    void nothingBeforeAnyPodIsInjected() {
      assertThat(PodClassifier.coverage(TestPod.named("chat-1").facts(), PLAN, Optional.empty()))
          .isEqualTo(Coverage.RESTART_PENDING);
    }

    @Test
    void nothingWhereThereIsNothingToCarry() {
      assertThat(coverage(TestPod.named("chat-1"), NO_PLAN)).isEqualTo(Coverage.CURRENT);
      assertThat(coverage(TestPod.named("chat-1").tuned("chat", PLAN), NO_PLAN))
          .isEqualTo(Coverage.RESTART_PENDING);
    }

    @Test
    void nothingEverWhereItIsExcluded() {
      TestPod pod = TestPod.named("chat-1").with(p -> p.editSpec().withHostNetwork(true).endSpec());

      assertThat(coverage(pod, PLAN)).isEqualTo(Coverage.SKIPPED);
      assertThat(coverage(pod, NO_PLAN)).isEqualTo(Coverage.SKIPPED);
    }

    private static Coverage coverage(TestPod pod, TuningPlan plan) {
      return PodClassifier.coverage(pod.facts(), plan, SINCE);
    }
  }

  @Nested
  class WhatItsInitContainerLeft {

    private static final Boot FORGED =
        Boot.unreadable("its init container is not the one that was injected");

    @Test
    void nothingYet() {
      assertThat(boot(TestPod.named("chat-1"))).isEqualTo(Boot.NONE);
      assertThat(boot(tuned().bootWaits("PodInitializing"))).isEqualTo(Boot.NONE);
    }

    @Test
    void aReportThatAllWasWritten() {
      assertThat(boot(tuned().booted(0, report("\"300\",\"10\",\"5\""))))
          .isEqualTo(
              Boots.succeeded(
                  new BootReport(
                      1,
                      "boot",
                      "0.1.0",
                      PLAN.hash(),
                      new OpenFilesLimit(1024, 524_288),
                      List.of("300", "10", "5"),
                      new BootReport.Sockets(BootReport.By.Programs, true, null),
                      null,
                      List.of(),
                      null)));
    }

    @Test
    void thatItWaitsForTheNodesAgent() {
      TestPod pod = TestPod.named("chat-1").awaitsAgent(WAITING);

      assertThat(boot(pod)).isEqualTo(Boot.AWAITS_AGENT);
      assertThat(boot(pod.bootBacksOff())).isEqualTo(Boot.AWAITS_AGENT);
      assertThat(PodClassifier.life(pod.facts(), Optional.empty())).isEqualTo(Life.STARTING);
    }

    @Test
    void onlyOneThatIsToWaitAndEndsSoWaits() {
      String report = TestPod.awaitsAgentReport(WAITING);
      TestPod notToWait = TestPod.named("chat-1").tuned("chat", WAITING).booted(75, report);
      TestPod failed = TestPod.named("chat-1").awaitsAgent(WAITING).booted(1, report);

      assertThat(List.of(notToWait, failed))
          .extracting(pod -> boot(pod).problems().report().orElseThrow())
          .containsExactly(
              "it says that it waits for the node's agent, which it should not (exit code 75)",
              "it says that it waits for the node's agent, which it should not (exit code 1)");
    }

    /** The kubelet counts in seconds. */
    @Test
    void whatFollowsInTheSameSecondIsRead() {
      TestPod pod = TestPod.named("chat-1").awaitsAgent(WAITING);
      Optional<PodRecord> waits = Optional.of(pod.record());
      String report = TestPod.awaitsAgentReport(WAITING).replace(",\"awaitsAgent\":true", "");
      TestPod started = pod.booted(0, report);

      assertThat(waits.get().boot()).isEqualTo(Boot.AWAITS_AGENT);
      assertThat(PodReader.STRICT.record(started.build(), waits).boot())
          .isEqualTo(started.record().boot())
          .isNotEqualTo(Boot.AWAITS_AGENT);
    }

    @Test
    void aReportOfWhatTheKernelRefused() {
      String report =
          report("null,\"10\",\"5\"")
              .replace(
                  "true}}", "true},\"errors\":[{\"at\":0,\"message\":\"permission denied\"}]}");

      assertThat(boot(tuned().booted(0, report)))
          .isEqualTo(Boots.refused("net.ipv4.tcp_keepalive_time=300: permission denied"));
    }

    @Test
    void aReportThatTheSocketProgramsWereRefused() {
      String report =
          report("\"300\",\"10\",\"5\"")
              .replace("true}}", "false,\"error\":\"attach: operation not permitted\"}}");

      assertThat(boot(tuned().booted(0, report)))
          .isEqualTo(Boots.socketsRefused("attach: operation not permitted"));
    }

    @Test
    void aReportThatIsSilentAboutThem() {
      String report = report("\"300\",\"10\",\"5\"").replaceFirst(",\"sockets\":\\{[^}]*}", "");

      assertThat(boot(tuned().booted(0, report)))
          .isEqualTo(Boots.socketsRefused("the report does not mention them"));
    }

    @Test
    void silenceIsFineWhereNothingWasAskedOfSockets() {
      TuningPlan plan = plan(tune().sysctl("net.core.somaxconn", "16384"));
      String report =
          report("\"16384\"")
              .replaceFirst(",\"sockets\":\\{[^}]*}", "")
              .replace(PLAN.hash(), plan.hash());

      assertThat(boot(TestPod.named("chat-1").tuned("chat", plan).booted(0, report)))
          .matches(Boots::succeeded);
    }

    @Test
    void aReportThatTheLibraryIsInPlace() {
      TestPod pod = TestPod.named("chat-1").tuned("chat", LIBRARY);
      String report =
          report("").replace("Programs", "Preload").replace(PLAN.hash(), LIBRARY.hash());

      assertThat(boot(pod.booted(0, report))).matches(Boots::succeeded);
      assertThat(boot(pod.booted(0, report.replace("true}}", "false,\"error\":\"no space\"}}"))))
          .isEqualTo(Boots.socketsRefused("no space"));
    }

    @Test
    void aReportThatContradictsItself() {
      assertThat(boot(tuned().booted(0, report("\"300\",\"75\",null"))))
          .isEqualTo(
              Boots.refused(
                  "net.ipv4.tcp_keepalive_intvl=10: reads back 75",
                  "net.ipv4.tcp_keepalive_probes=5: reads back nothing"));
    }

    @Test
    void aReportOfAnotherPlan() {
      String stale = report("\"300\",\"10\",\"5\"").replace(PLAN.hash(), OTHER_PLAN.hash());

      assertThat(boot(tuned().booted(0, stale)))
          .isEqualTo(Boot.unreadable("it is about another plan"));
    }

    @Test
    void aReportThatTheKubeletCut() {
      assertThat(boot(tuned().booted(0, report("\"300\"").substring(0, 60))))
          .isEqualTo(Boot.unreadable("the kubelet truncated it"));
    }

    @Test
    void noReportAtAll() {
      assertThat(boot(tuned().booted(137, null)))
          .isEqualTo(Boot.unreadable("no message (exit code 137)"));
    }

    @Test
    void aReportOfTheRunBeforeARestart() {
      TestPod pod = tuned().booted(1, report("\"300\",\"10\",\"5\"")).bootBacksOff();

      assertThat(boot(pod)).matches(Boots::succeeded);
    }

    @Test
    void nothingThatMayBeBelievedIfTheContainerIsNotWhatWasInjected() {
      assertThat(boot(forged(c -> c.withCommand("/bin/echo")))).isEqualTo(FORGED);
      assertThat(boot(forged(c -> c.withTerminationMessagePolicy("FallbackToLogsOnError"))))
          .isEqualTo(FORGED);
      assertThat(boot(forged(c -> c.addToArgs("kernel.core_pattern=|/bin/sh")))).isEqualTo(FORGED);
    }

    @Test
    void theTokenThatEveryContainerGetsIsNoForgery() {
      String token = "/var/run/secrets/kubernetes.io/serviceaccount";

      assertThat(boot(forged(c -> mounted(c, token)))).matches(Boots::succeeded);
      assertThat(boot(forged(c -> mounted(c, "/dev/termination-log")))).isEqualTo(FORGED);
    }

    /** What is mounted where is text from a pod, which may be anything. */
    @Test
    void oddPathsAreReadAsTheKernelReadsThem() {
      for (String harmless : List.of("/caf\u00e9", "/a\u0000b", "relative", "/data/tuner", "")) {
        assertThat(boot(forged(c -> mounted(c, harmless))))
            .as(harmless)
            .isEqualTo(harmless.isEmpty() ? FORGED : boot(forged(c -> c)));
      }
      for (String hiding : List.of("/", "/./tuner", "/data/../dev/termination-log", "//proc//")) {
        assertThat(boot(forged(c -> mounted(c, hiding)))).as(hiding).isEqualTo(FORGED);
      }
    }

    private static ContainerBuilder mounted(ContainerBuilder container, String path) {
      return container.addNewVolumeMount().withName("v").withMountPath(path).endVolumeMount();
    }

    @Test
    void whatOthersAddAtAdmissionIsNoForgery() {
      assertThat(boot(forged(c -> c.withImage("mirror.example.com/wstuning/tuner:0.1.0"))))
          .matches(Boots::succeeded);
      assertThat(boot(forged(c -> c.addNewEnv().withName("AWS_ROLE_ARN").withValue("b").endEnv())))
          .matches(Boots::succeeded);
      assertThat(boot(forged(c -> mounted(c, "/var/run/secrets/eks.amazonaws.com/token"))))
          .matches(Boots::succeeded);
    }

    private static TestPod forged(UnaryOperator<ContainerBuilder> change) {
      return tuned()
          .with(
              p ->
                  p.editSpec()
                      .withInitContainers(
                          change
                              .apply(new ContainerBuilder(p.buildSpec().getInitContainers().get(0)))
                              .build())
                      .endSpec())
          .booted(0, report("\"300\",\"10\",\"5\""));
    }

    private static TestPod tuned() {
      return TestPod.named("chat-1").tuned("chat", PLAN);
    }

    private static String report(String values) {
      return ("{\"v\":1,\"kind\":\"boot\",\"tuner\":\"0.1.0\",\"plan\":\"%s\","
              + "\"nofile\":{\"soft\":1024,\"hard\":524288},\"values\":[%s],"
              + "\"sockets\":{\"by\":\"Programs\",\"done\":true}}")
          .formatted(PLAN.hash(), values);
    }

    private static Boot boot(TestPod pod) {
      return pod.record().boot();
    }
  }

  private static TuningPlan plan(SpecBuilder spec) {
    return VerdictInputBuilder.of(spec).expectation().plan();
  }
}
