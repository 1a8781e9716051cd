package dev.wstuning.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.wstuning.e2e.support.Admissions;
import dev.wstuning.e2e.support.Creations;
import dev.wstuning.e2e.support.Installation;
import dev.wstuning.e2e.support.Operator;
import dev.wstuning.e2e.support.ReferencePod;
import dev.wstuning.e2e.support.ReferencePod.Outcome;
import dev.wstuning.e2e.support.Tunings;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBuilder;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The controllers of no replica can run: replicas start, and admit pods, all the same. */
class AdmissionAloneIT {

  private static final String ROLE = "wstuning-operator-nodes";

  private static final Duration WATCHED = Duration.ofSeconds(10);

  private final Installation cluster = Installation.withOperator();
  private ClusterRole role;
  private String namespace;
  private ReferencePod reference;

  @BeforeEach
  void tune() {
    role = cluster.client().rbac().clusterRoles().withName(ROLE).require();
    namespace = cluster.namespace("alone");
    reference = ReferencePod.in(cluster, namespace);
  }

  @AfterEach
  void restore() {
    setRules(role);
    await("a leader").until(() -> !leader().isEmpty());
    cluster.delete(namespace);
  }

  /** Without this right the caches of the controllers are never filled. */
  @Test
  void podsAreTunedWhileNoControllerRuns() {
    setRules(
        new ClusterRoleBuilder(role)
            .removeMatchingFromRules(r -> r.getResources().contains("websocketnodestates"))
            .build());
    Operator.restart();
    Operator.replaced(cluster.client());
    assertThat(leader()).as("the leader").isEmpty();

    Admissions admissions;
    try (Creations creations = Creations.start(cluster, namespace)) {
      Installation.pause(WATCHED);
      admissions = new Admissions(reference, creations.stop());
    }
    assertThat(admissions.count()).isGreaterThan(70);
    assertThat(admissions.unlike(Outcome.WHOLE)).isEmpty();
    assertThat(leader()).as("the leader").isEmpty();

    setRules(role);
    cluster.tune(
        namespace,
        "later",
        """
        selector: {matchLabels: {app: later}}
        keepalive: {timeSeconds: 300, intervalSeconds: 10, probes: 5}
        """);
    Tunings.awaitCondition(cluster, namespace, "later", "Ready", "True", "NoPods");
  }

  private void setRules(ClusterRole wanted) {
    cluster
        .client()
        .rbac()
        .clusterRoles()
        .withName(ROLE)
        .edit(present -> new ClusterRoleBuilder(present).withRules(wanted.getRules()).build());
  }

  private String leader() {
    String leader = Operator.leader(cluster.client());
    return leader == null ? "" : leader;
  }
}
