package dev.wstuning.operator.certificate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import org.junit.jupiter.api.Test;

class CertificateAuthorityTest {

  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final Duration YEAR = Duration.ofDays(365);

  private final CertificateAuthority authority = CertificateAuthority.create(NOW, YEAR);

  @Test
  void itSurvivesTheWayThroughASecret() {
    assertThat(CertificateAuthority.fromPem(authority.certificatePem(), authority.keyPem()))
        .isEqualTo(authority);
  }

  @Test
  void itSignsServingCertificatesAndNothingElse() throws Exception {
    X509Certificate leaf = authority.issue(List.of("a.b.svc"), NOW, YEAR).certificate();

    leaf.verify(authority.certificate().getPublicKey());
    assertThat(leaf.getBasicConstraints()).as("is no authority").isEqualTo(-1);
    assertThat(leaf.getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.1");
    assertThat(leaf.getSubjectAlternativeNames()).containsExactly(List.of(2, "a.b.svc"));
    assertThat(authority.certificate().getBasicConstraints()).isZero();
    assertThat(authority.certificate().getKeyUsage()[5]).as("keyCertSign").isTrue();
  }

  @Test
  void whatItSignsNeverOutlivesIt() {
    Instant late = NOW.plus(Duration.ofDays(360));

    CertificateAuthority.Leaf leaf = authority.issue(List.of("a"), late, Duration.ofDays(30));

    assertThat(leaf.certificate().getNotAfter()).isEqualTo(authority.certificate().getNotAfter());
  }

  @Test
  void clocksMayDifferByMinutes() throws Exception {
    X509Certificate leaf = authority.issue(List.of("a"), NOW, YEAR).certificate();

    leaf.checkValidity(Date.from(NOW.minus(Duration.ofMinutes(4))));
    authority.certificate().checkValidity(Date.from(NOW.minus(Duration.ofMinutes(4))));
  }

  @Test
  void noTwoAreAlike() {
    CertificateAuthority other = CertificateAuthority.create(NOW, YEAR);

    assertThat(other.certificate().getSubjectX500Principal())
        .isNotEqualTo(authority.certificate().getSubjectX500Principal());
    assertThat(other.certificate().getSerialNumber())
        .isNotEqualTo(authority.certificate().getSerialNumber());
  }

  @Test
  void whatIsNoPemIsRefused() {
    assertThatThrownBy(() -> CertificateAuthority.fromPem("", ""))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(
            () -> CertificateAuthority.fromPem(authority.keyPem(), authority.certificatePem()))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
