package dev.wstuning.e2e.openfiles;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.e2e.Cluster;
import dev.wstuning.e2e.support.Host;
import dev.wstuning.e2e.support.Installation;
import dev.wstuning.e2e.support.NeedsTheNode;
import dev.wstuning.e2e.support.Runtime;
import dev.wstuning.e2e.support.Servers;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus.OpenFilesLimit;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The status shows the limit in a server's log next to the measured one. */
@NeedsTheNode
class ServerLogIT {

  private static final String SAMPLES = "operator/src/test/resources/bootlines/";

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

  /** A Python server whose log begins with what an AnyCable-Go wrote. */
  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource({
    "captured-1.6.16-text-19999.txt,     19999",
    "captured-1.6.16-coloured-19999.txt, 19999",
    "captured-1.0.0-json-19999.txt,      19999",
    "captured-1.6.16-hidden-nothing.txt, ",
  })
  void theBootLineIsShownAndDecidesNothing(String sample, Long says) {
    mayReadLogs();
    tune("server-python", "Read");
    serverThatSays(sample);

    OpenFilesLimit effective = story.awaitEffective("OpenFilesBelowMinimum");
    OpenFilesLimit seen = says == null ? effective : read();

    assertThat(seen.serverSays()).isEqualTo(says);
    assertThat(seen.logProblem()).isNull();
    assertThat(seen.soft()).isEqualTo(given.soft());
  }

  /** A log is read when it is the tuning's turn. The status may have the measured limit by then. */
  private OpenFilesLimit read() {
    return story.awaitOpenFiles(
        "the log is read", l -> l.serverSays() != null || l.logProblem() != null);
  }

  @Test
  void aServerThatDoesNotKnowItsLimitIsQuoted() {
    mayReadLogs();
    tune("server-python", "Read");
    serverThatSays("slog-unknown.txt");

    story.awaitEffective("OpenFilesBelowMinimum");
    OpenFilesLimit seen = read();

    assertThat(seen.serverSays()).isNull();
    assertThat(seen.logProblem()).contains("does not know its limit");
  }

  /** Not part of the usual run: the server's sources are in no module registry. */
  @Test
  @Tag("anycable")
  void anyCableTellsWhatTheKernelTells() {
    mayReadLogs();
    tune("server-anycable", "Read");
    Servers.deploy(cluster.client(), story.namespace(), "server-anycable");

    story.awaitEffective("Effective");
    OpenFilesLimit seen = read();

    assertThat(seen.serverSays()).isEqualTo(given.hard() - 1);
    assertThat(seen.soft()).isEqualTo(story.limitOf("server-anycable").soft());
  }

  @Test
  void whoMayNotReadLogsSaysSoUntilItMay() {
    tune("server-python", "Read");
    serverThatSays("captured-1.6.16-text-19999.txt");

    story.awaitEffective("OpenFilesBelowMinimum");
    OpenFilesLimit refused = read();
    mayReadLogs();
    OpenFilesLimit granted = story.awaitOpenFiles("the log is read", l -> l.logProblem() == null);

    assertThat(refused.serverSays()).isNull();
    assertThat(refused.logProblem())
        .contains("Next: kubectl -n " + story.namespace() + " create rolebinding");
    assertThat(granted.serverSays()).isEqualTo(19_999);
  }

  @Test
  void nobodyReadsALogUnasked() {
    mayReadLogs();
    tune("server-python", "Ignore");
    serverThatSays("captured-1.6.16-text-19999.txt");

    assertThat(story.awaitEffective("OpenFilesBelowMinimum").serverSays()).isNull();
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

  private void tune(String server, String serverLog) {
    story.tune(
        server, "openFiles: {minimum: 15000}", "observation: {serverLog: %s}".formatted(serverLog));
  }

  private void serverThatSays(String sample) {
    String log = Installation.read(Cluster.root().resolve(SAMPLES + sample));
    cluster
        .client()
        .resource(
            new ConfigMapBuilder()
                .withNewMetadata()
                .withNamespace(story.namespace())
                .withName("log")
                .endMetadata()
                .withData(Map.of("boot", log))
                .build())
        .create();
    Servers.deploy(
        cluster.client(), story.namespace(), "server-python", ServerLogIT::beginningWithTheLog);
  }

  private static void beginningWithTheLog(Deployment deployment) {
    deployment.setSpec(
        new DeploymentBuilder(deployment)
            .editSpec()
            .editTemplate()
            .editSpec()
            .addNewVolume()
            .withName("log")
            .withNewConfigMap()
            .withName("log")
            .endConfigMap()
            .endVolume()
            .editContainer(0)
            .withCommand(
                "/usr/bin/python3",
                "-c",
                "import runpy; print(open('/log/boot').read(), flush=True);"
                    + " runpy.run_path('/app/server.py', run_name='__main__')")
            .addNewVolumeMount()
            .withName("log")
            .withMountPath("/log")
            .endVolumeMount()
            .endContainer()
            .endSpec()
            .endTemplate()
            .endSpec()
            .build()
            .getSpec());
  }
}
