package dev.wstuning.operator.certificate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wstuning.operator.fixtures.QuietMockServer;
import dev.wstuning.operator.fixtures.Refusals;
import dev.wstuning.operator.pod.admission.AdmissionServer;
import dev.wstuning.operator.pod.admission.ApiServer;
import dev.wstuning.operator.pod.admission.FixedTunings;
import dev.wstuning.operator.pod.admission.PodAdmission;
import dev.wstuning.operator.pod.admission.Replica;
import dev.wstuning.operator.pod.injection.PodMutator;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Date;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Handshakes of API servers that trust only the bundle that they were given. */
@ExtendWith(QuietMockServer.class)
@EnableKubernetesMockClient(crud = true, https = false)
class ServingCertificateTest {

  private static KubernetesClient client;
  private Replica replica;

  @BeforeEach
  void serve() throws Exception {
    replica = new Replica(client);
  }

  @AfterEach
  void close() {
    replica.close();
  }

  @Test
  void itIsKnownByTheNamesOfItsServiceAlone() throws Exception {
    assertThat(
            replica
                .apiServer
                .expecting("wstuning-webhook.wstuning-system")
                .shakeHands(replica.port()))
        .isNotNull();
    assertThatThrownBy(() -> replica.apiServer.expecting("localhost").shakeHands(replica.port()))
        .isInstanceOf(SSLException.class);
  }

  @Test
  void anotherAuthorityIsNotTrusted() throws Exception {
    AuthorityState other = AuthorityRotation.YEARLY.first(replica.clock.instant());

    assertThatThrownBy(() -> ApiServer.trusting(other.caBundle()).shakeHands(replica.port()))
        .isInstanceOf(SSLException.class);
  }

  @Test
  void apiServersTrustItAtEveryStepOfARenewal() throws Exception {
    X509Certificate before = replica.apiServer.shakeHands(replica.port());

    replica.clock.pass(Duration.ofDays(1));
    ApiServer published = replica.renew();
    // One API server that has not seen the new bundle yet, and one that has.
    replica.apiServer.shakeHands(replica.port());
    assertThat(published.shakeHands(replica.port()).getIssuerX500Principal())
        .isEqualTo(before.getIssuerX500Principal());

    replica.clock.pass(Duration.ofHours(1));
    ApiServer signing = replica.renew();
    published.shakeHands(replica.port());
    assertThat(signing.shakeHands(replica.port()).getIssuerX500Principal())
        .isNotEqualTo(before.getIssuerX500Principal());

    replica.clock.pass(Duration.ofHours(1));
    ApiServer done = replica.renew();
    signing.shakeHands(replica.port());
    done.shakeHands(replica.port());
    assertThatThrownBy(() -> replica.apiServer.shakeHands(replica.port()))
        .as("one that heard nothing for hours")
        .isInstanceOf(SSLException.class);
  }

  @Test
  void itsOwnCertificateIsRenewedBeforeItEnds() throws Exception {
    X509Certificate before = replica.apiServer.shakeHands(replica.port());

    replica.clock.pass(Duration.ofDays(19));
    replica.certificate.renew(replica.authority.store());
    assertThat(replica.apiServer.shakeHands(replica.port())).isEqualTo(before);
    replica.clock.pass(Duration.ofDays(2));
    replica.certificate.renew(replica.authority.store());

    Date expires = replica.certificate.getCertificateChain("webhook")[0].getNotAfter();
    assertThat(expires).isAfter(before.getNotAfter());
    assertThat(replica.certificate.expires()).contains(expires.toInstant());
  }

  @Test
  void withoutACertificateNoHandshakeSucceeds() throws Exception {
    ServingCertificate none = new ServingCertificate("a", "b", replica.clock);

    assertThat(none.present()).isFalse();
    assertThat(none.expires()).isEmpty();
    assertThat(replica.certificate.present()).isTrue();
    try (AdmissionServer bare =
        new AdmissionServer(
            0,
            none,
            new PodAdmission(new FixedTunings(), new PodMutator("image"), Refusals.none()),
            (outcome, nanos) -> {})) {
      bare.start();
      assertThatThrownBy(() -> replica.apiServer.shakeHands(bare.port()))
          .isInstanceOf(SSLException.class);
    }
  }
}
