package dev.wstuning.operator.certificate;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AuthorityStateTest {

  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  private final CertificateAuthority current = authority();
  private final CertificateAuthority next = authority();
  private final String previous = authority().certificatePem();

  @Test
  void aStateSurvivesTheSecret() {
    AuthorityState state =
        new AuthorityState(current, Optional.of(next), Optional.of(previous), NOW);

    assertThat(AuthorityState.fromSecretData(state.toSecretData())).contains(state);
  }

  @Test
  void aStateWithoutARenewalSurvivesTheSecret() {
    AuthorityState state = new AuthorityState(current, Optional.empty(), Optional.empty(), NOW);

    assertThat(AuthorityState.fromSecretData(state.toSecretData())).contains(state);
    assertThat(state.toSecretData()).containsOnlyKeys("ca.crt", "ca.key", "changed");
  }

  @Test
  void allThatSignOrSignedOrWillSignAreTrusted() {
    AuthorityState state =
        new AuthorityState(current, Optional.of(next), Optional.of(previous), NOW);

    String bundle =
        new String(Base64.getDecoder().decode(state.caBundle()), StandardCharsets.UTF_8);

    assertThat(bundle)
        .isEqualTo(current.certificatePem() + next.certificatePem() + previous)
        .doesNotContain("PRIVATE");
  }

  @Test
  void theSecretIsShippedEmpty() {
    assertThat(AuthorityState.fromSecretData(null)).isEmpty();
    assertThat(AuthorityState.fromSecretData(Map.of())).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"ca.crt", "ca.key", "next.crt", "next.key", "changed"})
  void aSpoiltSecretCountsAsEmpty(String key) {
    AuthorityState state =
        new AuthorityState(current, Optional.of(next), Optional.of(previous), NOW);
    Map<String, String> garbage = new HashMap<>(state.toSecretData());
    garbage.put(key, "Z2FyYmFnZQ==");
    Map<String, String> noBase64 = new HashMap<>(state.toSecretData());
    noBase64.put(key, "{}");

    assertThat(AuthorityState.fromSecretData(garbage)).isEmpty();
    assertThat(AuthorityState.fromSecretData(noBase64)).isEmpty();
  }

  @Test
  void aKeyThatDoesNotFitItsCertificateCountsAsEmpty() {
    AuthorityState state = new AuthorityState(current, Optional.empty(), Optional.empty(), NOW);
    Map<String, String> mixed = new HashMap<>(state.toSecretData());
    mixed.put(
        "ca.key",
        Base64.getEncoder().encodeToString(next.keyPem().getBytes(StandardCharsets.UTF_8)));

    assertThat(AuthorityState.fromSecretData(mixed)).isEmpty();
  }

  private static CertificateAuthority authority() {
    return CertificateAuthority.create(NOW, Duration.ofDays(365));
  }
}
