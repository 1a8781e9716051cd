package dev.wstuning.operator.certificate;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The authorities of the webhook, as stored in the Secret.
 *
 * @param current the one that signs
 * @param next an authority that is already published but does not sign yet
 * @param previous an authority that no longer signs but is still published
 * @param changed when the state last changed
 */
record AuthorityState(
    CertificateAuthority current,
    Optional<CertificateAuthority> next,
    Optional<String> previous,
    Instant changed) {

  private static final String CHANGED = "changed";

  /** All certificates that API servers must trust, in base64 for {@code caBundle}. */
  String caBundle() {
    String pem =
        Stream.of(
                Optional.of(current.certificatePem()),
                next.map(CertificateAuthority::certificatePem),
                previous)
            .flatMap(Optional::stream)
            .collect(Collectors.joining());
    return encode(pem);
  }

  Map<String, String> toSecretData() {
    Map<String, String> data = new LinkedHashMap<>();
    data.put("ca.crt", encode(current.certificatePem()));
    data.put("ca.key", encode(current.keyPem()));
    next.ifPresent(
        n -> {
          data.put("next.crt", encode(n.certificatePem()));
          data.put("next.key", encode(n.keyPem()));
        });
    previous.ifPresent(p -> data.put("previous.crt", encode(p)));
    data.put(CHANGED, encode(changed.toString()));
    return data;
  }

  /** Reads the Secret; empty if it is still as shipped, or if someone damaged it. */
  static Optional<AuthorityState> fromSecretData(Map<String, String> data) {
    if (data == null || !data.containsKey("ca.crt")) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          new AuthorityState(
              authority(data, "ca"),
              data.containsKey("next.crt")
                  ? Optional.of(authority(data, "next"))
                  : Optional.empty(),
              Optional.ofNullable(data.get("previous.crt")).map(AuthorityState::decode),
              Instant.parse(decode(data.get(CHANGED)))));
    } catch (RuntimeException e) {
      return Optional.empty();
    }
  }

  private static CertificateAuthority authority(Map<String, String> data, String name) {
    return CertificateAuthority.fromPem(
        decode(data.get(name + ".crt")), decode(data.get(name + ".key")));
  }

  private static String encode(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String decode(String base64) {
    return new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
  }
}
