package dev.wstuning.e2e.support;

import io.fabric8.kubernetes.client.KubernetesClient;

/** What the API server counts itself. */
public final class ApiServerMetrics {

  private final KubernetesClient client;

  public ApiServerMetrics(KubernetesClient client) {
    this.client = client;
  }

  /** How often it called an admission webhook, with or without success. */
  public long webhookCalls(String entry) {
    return client
        .raw("/metrics")
        .lines()
        .filter(l -> l.startsWith("apiserver_admission_webhook_admission_duration_seconds_count"))
        .filter(l -> l.contains("name=\"" + entry + "\""))
        .mapToLong(l -> Math.round(Double.parseDouble(l.substring(l.lastIndexOf(' ') + 1))))
        .sum();
  }
}
