package dev.wstuning.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.e2e.support.Installation;
import dev.wstuning.e2e.support.Servers;
import dev.wstuning.e2e.support.Tunings;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuning;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus.OpenFilesLimit;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBindingBuilder;
import java.time.Duration;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a server says of its limit in its log stands beside what was measured. */
class ServerLogIT {

  private static final String SAMPLES = "operator/src/test/resources/bootlines/";

  private final Installation cluster = Installation.withOperator();
  private String namespace;

  @BeforeEach
  void createNamespace() {
    namespace = cluster.namespace("log");
  }

  @AfterEach
  void deleteNamespace() {
    cluster.delete(namespace);
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource({
    "captured-1.6.16-text-19999.txt,     19999",
    "captured-1.6.16-coloured-19999.txt, 19999",
    "captured-1.0.0-json-19999.txt,      19999",
    "captured-1.6.16-hidden-nothing.txt, ",
    "slog-unknown.txt,                   unknown",
  })
  void theBootLineIsShownAndDecidesNothing(String sample, String says) {
    mayReadLogs();
    observe("serverLog: Read");
    serverThatSays(sample);

    OpenFilesLimit limit = seen(l -> true);

    assertThat(limit.serverSays()).isEqualTo(says);
    assertThat(limit.logProblem()).isNull();
    assertThat(limit.soft()).as("as measured, of a Python server").isNotEqualTo(19_999L);
    assertThat(Tunings.condition(cluster.tuning(namespace, "chat"), "Effective").orElseThrow())
        .satisfies(c -> assertThat(c.reason()).isEqualTo("Effective"));
  }

  @Test
  void whoMayNotReadLogsSaysSoUntilHeMay() {
    observe("serverLog: Read");
    serverThatSays("captured-1.6.16-text-19999.txt");

    assertThat(seen(l -> l.logProblem() != null).logProblem())
        .contains("Next: kubectl -n " + namespace + " create rolebinding wstuning-log-reader");

    mayReadLogs();
    assertThat(seen(l -> l.serverSays() != null, Duration.ofSeconds(90)).serverSays())
        .isEqualTo("19999");
  }

  @Test
  void nobodyReadsALogUnasked() {
    mayReadLogs();
    observe("probe: Allowed");
    serverThatSays("captured-1.6.16-text-19999.txt");

    assertThat(seen(l -> true).serverSays()).isNull();
  }

  private void observe(String observation) {
    cluster.tune(
        namespace,
        "chat",
        """
        mode: Observe
        selector: {matchLabels: {app: server-python}}
        openFiles: {minimum: 64}
        observation: {%s}
        """
            .formatted(observation));
  }

  private void mayReadLogs() {
    cluster
        .client()
        .resource(
            new RoleBindingBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withName("wstuning-log-reader")
                .endMetadata()
                .withNewRoleRef("rbac.authorization.k8s.io", "ClusterRole", "wstuning-log-reader")
                .addNewSubject()
                .withKind("ServiceAccount")
                .withNamespace("wstuning-system")
                .withName("wstuning-operator")
                .endSubject()
                .build())
        .create();
  }

  /** A Python server whose log begins with what an AnyCable-Go wrote. */
  private void serverThatSays(String sample) {
    cluster
        .client()
        .resource(
            new ConfigMapBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withName("log")
                .endMetadata()
                .addToData("boot", Installation.read(Cluster.root().resolve(SAMPLES + sample)))
                .build())
        .create();
    Servers.deploy(
        cluster.client(),
        namespace,
        "server-python",
        (Deployment d) ->
            d.setSpec(
                new DeploymentBuilder(d)
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
                    .getSpec()));
  }

  private OpenFilesLimit seen(Predicate<OpenFilesLimit> what) {
    return seen(what, Duration.ofSeconds(45));
  }

  private OpenFilesLimit seen(Predicate<OpenFilesLimit> what, Duration atMost) {
    WebSocketTuning tuning =
        Tunings.awaitStatus(
            cluster,
            namespace,
            "chat",
            "the limit of a server",
            atMost,
            t -> {
              OpenFilesLimit limit = limit(t);
              return limit != null && what.test(limit);
            });
    return limit(tuning);
  }

  private static OpenFilesLimit limit(WebSocketTuning tuning) {
    return tuning.getStatus().observations() == null || tuning.getStatus().observations().isEmpty()
        ? null
        : tuning.getStatus().observations().get(0).openFiles();
  }
}
