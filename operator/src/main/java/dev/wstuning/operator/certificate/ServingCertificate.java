package dev.wstuning.operator.certificate;

import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;

/**
 * The certificate with which this replica serves. It exists only in memory and is replaced without
 * breaking connections: each handshake uses the current one.
 */
public final class ServingCertificate extends X509ExtendedKeyManager {

  private static final String ALIAS = "webhook";
  private static final Duration VALIDITY = Duration.ofDays(30);
  private static final Duration RENEW_BEFORE = Duration.ofDays(10);

  private final List<String> dnsNames;
  private final Clock clock;
  private volatile CertificateAuthority.Leaf leaf;

  public ServingCertificate(String service, String namespace, Clock clock) {
    this.dnsNames =
        List.of(
            service + "." + namespace + ".svc",
            service + "." + namespace,
            service + "." + namespace + ".svc.cluster.local");
    this.clock = clock;
  }

  /** Gets a new certificate if the signer changed or the current certificate ends soon. */
  public void renew(AuthorityStore authority) {
    authority.signer().filter(this::due).ifPresent(a -> leaf = issue(a));
  }

  private boolean due(CertificateAuthority signer) {
    CertificateAuthority.Leaf present = leaf;
    Instant now = clock.instant();
    return present == null
        || !present.issuer().equals(signer.certificate())
        || now.isAfter(present.certificate().getNotAfter().toInstant().minus(RENEW_BEFORE));
  }

  private CertificateAuthority.Leaf issue(CertificateAuthority signer) {
    return signer.issue(dnsNames, clock.instant(), VALIDITY);
  }

  public boolean present() {
    return leaf != null;
  }

  /** When it expires; empty if there is none yet. */
  public Optional<Instant> expires() {
    return Optional.ofNullable(leaf).map(l -> l.certificate().getNotAfter().toInstant());
  }

  public SSLContext sslContext() {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(new KeyManager[] {this}, null, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("set up TLS", e);
    }
  }

  @Override
  public X509Certificate[] getCertificateChain(String alias) {
    CertificateAuthority.Leaf present = leaf;
    return present == null ? null : new X509Certificate[] {present.certificate()};
  }

  @Override
  public PrivateKey getPrivateKey(String alias) {
    CertificateAuthority.Leaf present = leaf;
    return present == null ? null : present.key();
  }

  @Override
  public String chooseEngineServerAlias(String keyType, Principal[] issuers, SSLEngine engine) {
    return keyType.startsWith("EC") ? ALIAS : null;
  }

  @Override
  public String chooseServerAlias(String keyType, Principal[] issuers, Socket socket) {
    return keyType.startsWith("EC") ? ALIAS : null;
  }

  @Override
  public String[] getServerAliases(String keyType, Principal[] issuers) {
    return new String[] {ALIAS};
  }

  @Override
  public String[] getClientAliases(String keyType, Principal[] issuers) {
    return null;
  }

  @Override
  public String chooseClientAlias(String[] keyTypes, Principal[] issuers, Socket socket) {
    return null;
  }
}
