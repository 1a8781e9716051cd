package dev.wstuning.e2e.openfiles;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.e2e.support.Host;
import dev.wstuning.e2e.support.Installation;
import dev.wstuning.e2e.support.Servers;
import dev.wstuning.e2e.support.Tunings;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuning;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus.OpenFilesLimit;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** What the stories of open files have in common: one tuning in a namespace, and one server. */
record OpenFilesStory(Installation cluster, String namespace) {

  static final String TUNING = "chat";

  /** Creates the tuning for the pods of one app, from lines of its spec. */
  void tune(String app, String... spec) {
    cluster.tune(
        namespace,
        TUNING,
        "selector: {matchLabels: {app: %s}}\n%s\n".formatted(app, String.join("\n", spec)));
    cluster.awaitInjection(namespace, TUNING, true);
  }

  /** What the status says of the open files of the only pod, once Effective has this reason. */
  OpenFilesLimit awaitEffective(String reason) {
    WebSocketTuning tuning = Tunings.awaitEffective(cluster, namespace, TUNING, reason);
    assertThat(tuning.getStatus().observations()).hasSize(1);
    return tuning.getStatus().observations().get(0).openFiles();
  }

  /** What the status says of the open files of the only pod, once that is so. */
  OpenFilesLimit awaitOpenFiles(String what, Predicate<OpenFilesLimit> holds) {
    WebSocketTuning tuning =
        Tunings.awaitStatus(
            cluster,
            namespace,
            TUNING,
            what,
            t ->
                t.getStatus().observationsOrEmpty().stream()
                    .anyMatch(o -> o.openFiles() != null && holds.test(o.openFiles())));
    return tuning.getStatus().observations().get(0).openFiles();
  }

  /**
   * Waits until the message of Effective has all these words: a reason may be known before its
   * whole message is.
   */
  void awaitEffectiveMessage(String... words) {
    Tunings.awaitStatus(
        cluster,
        namespace,
        TUNING,
        "Effective tells " + String.join(", ", words),
        t ->
            Tunings.condition(t, "Effective")
                .filter(c -> Stream.of(words).allMatch(c.message()::contains))
                .isPresent());
  }

  /** The host's id of the server's process in the only pod of an app, once that is ready. */
  long pidOf(String app) {
    Pod pod = cluster.readyPod(namespace, app);
    return Host.LOCAL.serverPid(pod, Servers.CONTAINER, Servers.PORT);
  }

  /** The limit that the host shows for that process. */
  Host.Limit limitOf(String app) {
    return Host.LOCAL.openFiles(pidOf(app));
  }
}
