package dev.wstuning.operator.pod.reconciler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus;
import dev.wstuning.operator.pod.injection.TunerContainer;
import dev.wstuning.operator.pod.observation.PodReader;
import dev.wstuning.operator.pod.observation.PodRecord;
import dev.wstuning.operator.pod.observation.Sharing;
import dev.wstuning.operator.pod.tuner.BootReport;
import dev.wstuning.operator.pod.tuner.ParseResult;
import dev.wstuning.operator.pod.tuner.ReportReader;
import dev.wstuning.operator.pod.tuner.ServerReport;
import dev.wstuning.operator.pod.tuner.TunerCommand;
import dev.wstuning.operator.pod.verdict.PodJudge;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * Passes over pods that are all well read what they hold once, and judge each of them once, as long
 * as nothing changes.
 */
@EnableKubernetesMockClient
class OncePerPassTest implements ReportReader {

  private static final int PODS = 50;

  private static KubernetesClient client;

  private final List<String> arguments = new ArrayList<>();
  private final List<String> bootReports = new ArrayList<>();
  private final List<String> serverReports = new ArrayList<>();
  private final List<String> judged = new ArrayList<>();

  private final PodReader reader =
      new PodReader(
          container -> {
            arguments.add(String.join(" ", container.getArgs()));
            return TunerContainer.read(container);
          },
          this,
          Sharing.NOTHING);

  private final PodJudge judge =
      (expectation, pod) -> {
        judged.add(pod.facts().name());
        return PodJudge.RULES.judge(expectation, pod);
      };

  @Test
  void everythingIsReadAndJudgedOnce() {
    Crowd crowd = new Crowd(PODS);

    crowd.read(reader);
    TuningPass pass = crowd.pass(client, judge);

    WebSocketTuningStatus first = pass.over(Crowd.TUNING, crowd.selected()).status();
    WebSocketTuningStatus second = pass.over(Crowd.TUNING, crowd.selected()).status();

    assertThat(first.summary().effective()).isEqualTo("50/50");
    assertThat(second).isEqualTo(first);
    assertThat(arguments).hasSize(PODS);
    assertThat(bootReports).hasSize(PODS);
    assertThat(serverReports).hasSize(PODS).doesNotHaveDuplicates();
    assertThat(judged).hasSize(PODS).doesNotHaveDuplicates();
  }

  /** Anything may change in a pod, and seldom what our containers left. */
  @Test
  void anotherVersionOfAPodHasItsReportsAlready() {
    Pod pod = Crowd.pod(0, 1);
    PodRecord first = reader.record(pod);

    PodRecord second =
        reader.record(
            new PodBuilder(pod).editMetadata().addToLabels("a", "b").endMetadata().build(),
            Optional.of(first));

    assertThat(second.boot()).isSameAs(first.boot());
    assertThat(second.facts().observers()).isEqualTo(first.facts().observers());
    assertThat(bootReports).hasSize(1);
    assertThat(serverReports).hasSize(1);
  }

  /** As after a restart of the node. */
  @Test
  void anInitContainerThatRanAgainHasReportedAgain() {
    Pod pod = Crowd.pod(0, 1);
    PodRecord first = reader.record(pod);

    reader.record(
        new PodBuilder(pod)
            .editStatus()
            .editFirstInitContainerStatus()
            .editState()
            .editTerminated()
            .withFinishedAt("2026-01-01T12:30:00Z")
            .endTerminated()
            .endState()
            .endInitContainerStatus()
            .endStatus()
            .build(),
        Optional.of(first));

    assertThat(bootReports).hasSize(2);
  }

  @Override
  public ParseResult<BootReport> boot(String message, TunerCommand command) {
    bootReports.add(message);
    return ReportReader.STRICT.boot(message, command);
  }

  @Override
  public ParseResult<ServerReport> server(String message, String start, int keys) {
    serverReports.add(message);
    return ReportReader.STRICT.server(message, start, keys);
  }
}
