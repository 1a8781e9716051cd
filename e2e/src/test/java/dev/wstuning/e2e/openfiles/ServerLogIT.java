package dev.wstuning.e2e.openfiles;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.e2e.Cluster;
import dev.wstuning.e2e.support.Host;
import dev.wstuning.e2e.support.Installation;
import dev.wstuning.e2e.support.NeedsTheNode;
import dev.wstuning.e2e.support.Runtime;
import dev.wstuning.e2e.support.Servers;
import dev.wstuning.e2e.support.Tunings;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus.OpenFilesLimit;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

/** The limit that a server tells in its log stands beside the one that was measured. */
@NeedsTheNode
class ServerLogIT {

  private static final String LINE =
      "2024-03-06 10:35:39.296 INF Starting AnyCable 1.6.16 (pid: 1, open file limit: %s) nodeid=uE3mZ7";

  private final Installation cluster = Installation.withOperator();
  private final Host.Limit given = Runtime.usualLimit();
  private final OpenFilesStory story = new OpenFilesStory(cluster, cluster.namespace("log"));

  @BeforeEach
  void containersGetTheUsualLimit() {
    Runtime.give(given);
  }

  @AfterEach
  void deleteNamespace() {
    cluster.delete(story.namespace());
  }

  @Test
  @EnabledIf("imageOfAnyCableIsThere")
  void anyCableTellsWhatTheKernelTells() {
    mayReadLogs();
    tune("server-anycable");
    Servers.deploy(cluster.client(), story.namespace(), "server-anycable");

    OpenFilesLimit seen = awaitSaid(String.valueOf(given.hard() - 1));

    assertThat(seen.soft()).isEqualTo(story.limitOf("server-anycable").soft());
  }

  /** What a server says changes nothing of the verdict. */
  @Test
  void aServerThatClaimsMoreIsNotBelieved() {
    mayReadLogs();
    tune("server-python");
    Servers.deploy(cluster.client(), story.namespace(), "server-python", d -> says(d, "524287"));

    OpenFilesLimit seen = awaitSaid("524287");

    assertThat(seen.soft()).isEqualTo(given.soft());
    story.awaitEffective("OpenFilesBelowMinimum");
  }

  @Test
  void withoutTheRightToReadLogsTheStatusSaysSoAndTheRestStays() {
    tune("server-python");
    Servers.deploy(cluster.client(), story.namespace(), "server-python", d -> says(d, "524287"));

    OpenFilesLimit seen = awaitOpenFiles("the log cannot be read", l -> l.logProblem() != null);

    assertThat(seen.logProblem()).contains("wstuning-log-reader");
    assertThat(seen.serverSays()).isNull();
    assertThat(seen.soft()).isEqualTo(given.soft());
  }

  static boolean imageOfAnyCableIsThere() {
    return Files.exists(Cluster.root().resolve("target/images/server-anycable.tar"));
  }

  private void mayReadLogs() {
    cluster.apply(
        story.namespace(),
        """
        apiVersion: rbac.authorization.k8s.io/v1
        kind: RoleBinding
        metadata: {name: wstuning-log-reader}
        roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: wstuning-log-reader}
        subjects: [{kind: ServiceAccount, name: wstuning-operator, namespace: wstuning-system}]
        """);
  }

  private void tune(String server) {
    story.tune(server, "openFiles: {minimum: 15000}", "observation: {serverLog: Read}");
  }

  /** Lets the Python server begin its log with the line that AnyCable-Go begins it with. */
  private static void says(Deployment deployment, String limit) {
    Container server = deployment.getSpec().getTemplate().getSpec().getContainers().get(0);
    server.setCommand(List.of("/usr/bin/python3", "-c"));
    server.setArgs(
        List.of(
            "import os; print('%s', flush=True); os.execv('/usr/bin/python3', ['python3', '/app/server.py'])"
                .formatted(LINE.formatted(limit))));
  }

  private OpenFilesLimit awaitSaid(String limit) {
    return awaitOpenFiles("the server says " + limit, l -> limit.equals(l.serverSays()));
  }

  private OpenFilesLimit awaitOpenFiles(String what, Predicate<OpenFilesLimit> holds) {
    return Tunings.awaitStatus(
            cluster,
            story.namespace(),
            OpenFilesStory.TUNING,
            what,
            Duration.ofSeconds(45),
            t ->
                t.getStatus().observations() != null
                    && t.getStatus().observations().stream()
                        .anyMatch(o -> o.openFiles() != null && holds.test(o.openFiles())))
        .getStatus()
        .observations()
        .get(0)
        .openFiles();
  }
}
