package dev.wstuning.operator.pod.admission;

import static dev.wstuning.operator.fixtures.SpecBuilder.observe;
import static dev.wstuning.operator.fixtures.SpecBuilder.tune;

import dev.wstuning.operator.api.v1alpha1.WebSocketTuning;
import dev.wstuning.operator.certificate.RecordedAuthority;
import dev.wstuning.operator.certificate.ServingCertificate;
import dev.wstuning.operator.fixtures.MovableClock;
import dev.wstuning.operator.fixtures.Refusals;
import dev.wstuning.operator.fixtures.TestPod;
import dev.wstuning.operator.fixtures.Tunings;
import dev.wstuning.operator.pod.injection.PodMutator;
import dev.wstuning.operator.pod.suspension.RefusalWatch;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.time.Instant;

/**
 * A replica that leads and serves admission for the tuning {@code chat}. TLS goes by the machine's
 * clock, so its authority was made 276 days ago: it is to be renewed in a day, which was yesterday.
 */
public final class Replica implements AutoCloseable {

  static final WebSocketTuning CHAT = Tunings.of("chat", tune().keepalive(300, 10, 5).build());

  private static final Duration AGE = Duration.ofDays(276);

  public final MovableClock clock = new MovableClock(Instant.now().minus(AGE).toString());
  public final RecordedAuthority authority;
  public final ServingCertificate certificate;
  final AdmissionServer webhook;
  public final ApiServer apiServer;

  public Replica(KubernetesClient client) throws Exception {
    this(client, (outcome, nanos) -> {});
  }

  Replica(KubernetesClient client, AdmissionListener listener) throws Exception {
    this(client, listener, Refusals.none());
  }

  Replica(KubernetesClient client, RefusalWatch refusals) throws Exception {
    this(client, (outcome, nanos) -> {}, refusals);
  }

  private Replica(KubernetesClient client, AdmissionListener listener, RefusalWatch refusals)
      throws Exception {
    authority = new RecordedAuthority(client, clock);
    authority.store().maintain();
    apiServer = ApiServer.trusting(authority.nextBundle());
    clock.pass(Duration.ofDays(274));
    certificate = new ServingCertificate(ApiServer.SERVICE, ApiServer.NAMESPACE, clock);
    certificate.renew(authority.store());
    PodAdmission admission =
        new PodAdmission(
            new FixedTunings(CHAT, Tunings.of("watched", observe().keepalive(300, 10, 5).build())),
            new PodMutator(TestPod.TUNER_IMAGE),
            refusals);
    webhook = new AdmissionServer(0, certificate, admission, listener);
    webhook.start();
  }

  /** Does what is due now; gives an API server that has heard of it. */
  public ApiServer renew() throws InterruptedException {
    authority.store().maintain();
    ApiServer told = ApiServer.trusting(authority.nextBundle());
    certificate.renew(authority.store());
    return told;
  }

  public int port() {
    return webhook.port();
  }

  @Override
  public void close() {
    webhook.close();
    authority.close();
  }
}
