package dev.wstuning.e2e.field;

import static dev.wstuning.e2e.support.FieldCase.CHAT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.e2e.support.FieldCase;
import dev.wstuning.e2e.support.Host;
import dev.wstuning.e2e.support.Installation;
import dev.wstuning.e2e.support.NeedsTheNode;
import dev.wstuning.e2e.support.Servers;
import dev.wstuning.e2e.support.Tunings;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus.OpenFilesLimit;
import io.fabric8.kubernetes.api.model.Pod;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The workers of nginx have another limit than their master. Needs the images of make servers. */
@Tag("together")
@NeedsTheNode
class NginxWorkerRlimitIT {

  private static final String NAMESPACE = "field-nginx-worker-rlimit";

  private final Installation cluster = Installation.withOperator();

  @RegisterExtension private final FieldCase field = new FieldCase(cluster, "nginx-worker-rlimit");

  @Test
  void theServerIsJudgedByItsWorkers() {
    field.applyAllBut("Deployment");
    cluster.awaitInjection(NAMESPACE, CHAT, true);
    field.apply("Deployment");
    Pod pod = cluster.readyPod(NAMESPACE, "edge");
    assertThat(Host.LOCAL.processes(pod, Servers.CONTAINER))
        .extracting(pid -> Host.LOCAL.openFiles(pid).soft())
        .as("the limits of a master and two workers")
        .containsExactlyInAnyOrder(1024L, 15_000L, 15_000L);

    Tunings.awaitCondition(cluster, NAMESPACE, CHAT, "Effective", "True", "Effective");

    OpenFilesLimit seen =
        cluster.tuning(NAMESPACE, CHAT).getStatus().observations().get(0).openFiles();
    assertThat(seen.soft()).isEqualTo(15_000);
    assertThat(seen.mechanism()).isEqualTo("Server");
  }
}
