package dev.wstuning.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.wstuning.e2e.support.Command;
import dev.wstuning.e2e.support.Installation;
import dev.wstuning.e2e.support.Operator;
import dev.wstuning.e2e.support.Servers;
import dev.wstuning.e2e.support.Tunings;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a scraper reads from the replicas of a real installation. */
class MetricsIT {

  private final Installation cluster = Installation.withOperator();
  private final String namespace = cluster.namespace("metrics");

  @AfterEach
  void deleteNamespace() {
    cluster.delete(namespace);
  }

  @Test
  void tellWhatBecameOfPods() {
    double before = sum("wstuning_admissions_total{outcome=\"tuned\"}");
    cluster.tune(
        namespace,
        "chat",
        """
        selector: {matchLabels: {app: server-go}}
        keepalive: {timeSeconds: 300, intervalSeconds: 10, probes: 5}
        """);
    cluster.awaitInjection(namespace, "chat", true);
    Servers.deploy(cluster.client(), namespace, "server-go");
    Tunings.awaitCondition(cluster, namespace, "chat", "Ready", "True", "Effective");

    await("the figures of the leader")
        .untilAsserted(
            () -> {
              assertThat(sum("wstuning_admissions_total{outcome=\"tuned\"}")).isGreaterThan(before);
              assertThat(sum("wstuning_leader")).isEqualTo(1);
              assertThat(sum("wstuning_tunings{reason=\"Effective\",status=\"True\"}"))
                  .isPositive();
              assertThat(sum("wstuning_pods{coverage=\"current\"}")).isPositive();
              assertThat(sum("wstuning_observers_total{outcome=\"sent\"}")).isPositive();
              assertThat(sum("wstuning_cache_not_watching_seconds")).isZero();
            });
  }

  /** Of all replicas, and of all series whose name begins so. */
  private double sum(String series) {
    return Operator.replicas(cluster.client()).stream()
        .flatMap(replica -> scrape(replica.getMetadata().getName()).stream())
        .filter(line -> line.startsWith(series))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  private static List<String> scrape(String replica) {
    return Command.kubectl(
            "get",
            "--raw",
            "/api/v1/namespaces/%s/pods/%s:8082/proxy/metrics"
                .formatted(Operator.NAMESPACE, replica))
        .lines()
        .toList();
  }
}
