package dev.wstuning.operator;

import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.time.Duration;

/**
 * The clients of a replica, which differ in patience.
 *
 * @param patient for informers: it repeats requests that end with 429 or 5xx for most of a minute
 * @param impatient for reconciliations and periodic tasks: it repeats nothing, because the
 *     framework and the tasks do
 * @param punctual for the lease: a renewal ends before the lease does, even if it fails
 * @param prompt for admission: it gives up before an API server gives up on the webhook
 */
record Clients(
    KubernetesClient patient,
    KubernetesClient impatient,
    KubernetesClient punctual,
    KubernetesClient prompt)
    implements AutoCloseable {

  private static final Duration IMPATIENT = Duration.ofSeconds(10);
  private static final Duration PUNCTUAL = Duration.ofSeconds(2);
  private static final Duration PROMPT = Duration.ofMillis(500);

  static Clients create() {
    KubernetesClient patient = new KubernetesClientBuilder().build();
    return new Clients(
        patient, once(patient, IMPATIENT), once(patient, PUNCTUAL), once(patient, PROMPT));
  }

  private static KubernetesClient once(KubernetesClient client, Duration timeout) {
    return new KubernetesClientBuilder()
        .withConfig(
            new ConfigBuilder(client.getConfiguration())
                .withRequestRetryBackoffLimit(0)
                .withRequestTimeout((int) timeout.toMillis())
                .withConnectionTimeout((int) timeout.toMillis())
                .build())
        .build();
  }

  @Override
  public void close() {
    prompt.close();
    punctual.close();
    impatient.close();
    patient.close();
  }
}
