package dev.wstuning.operator.certificate;

import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** An authority that signs nothing but the webhook's serving certificates: P-256, ECDSA. */
record CertificateAuthority(X509Certificate certificate, PrivateKey key) {

  private static final Duration CLOCK_SKEW = Duration.ofMinutes(5);
  private static final SecureRandom RANDOM = new SecureRandom();

  /** A certificate with its key and the one that signed it. */
  record Leaf(X509Certificate certificate, PrivateKey key, X509Certificate issuer) {}

  static CertificateAuthority create(Instant now, Duration validity) {
    try {
      KeyPair pair = keyPair();
      BigInteger serial = serial();
      X500Name name = new X500Name("CN=wstuning-webhook-ca-" + serial.toString(16).substring(0, 8));
      var builder =
          new JcaX509v3CertificateBuilder(
              name, serial, notBefore(now), Date.from(now.plus(validity)), name, pair.getPublic());
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
      builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign));
      return new CertificateAuthority(sign(builder, pair.getPrivate()), pair.getPrivate());
    } catch (GeneralSecurityException | CertIOException | OperatorCreationException e) {
      throw new IllegalStateException("create a certificate authority", e);
    }
  }

  /** A serving certificate for {@code dnsNames}; it never outlives the authority. */
  Leaf issue(List<String> dnsNames, Instant now, Duration validity) {
    try {
      KeyPair pair = keyPair();
      Date end = Date.from(now.plus(validity));
      var builder =
          new JcaX509v3CertificateBuilder(
              certificate,
              serial(),
              notBefore(now),
              end.before(certificate.getNotAfter()) ? end : certificate.getNotAfter(),
              new X500Name("CN=" + dnsNames.get(0)),
              pair.getPublic());
      builder.addExtension(
          Extension.subjectAlternativeName,
          false,
          new GeneralNames(
              dnsNames.stream()
                  .map(n -> new GeneralName(GeneralName.dNSName, n))
                  .toArray(GeneralName[]::new)));
      builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
      builder.addExtension(
          Extension.extendedKeyUsage, false, new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth));
      return new Leaf(sign(builder, key), pair.getPrivate(), certificate);
    } catch (GeneralSecurityException | CertIOException | OperatorCreationException e) {
      throw new IllegalStateException("issue a serving certificate", e);
    }
  }

  Instant expires() {
    return certificate.getNotAfter().toInstant();
  }

  String certificatePem() {
    return pem(certificate);
  }

  String keyPem() {
    try {
      return pem(new JcaPKCS8Generator(key, null).generate());
    } catch (org.bouncycastle.util.io.pem.PemGenerationException e) {
      throw new IllegalStateException("write a private key as PEM", e);
    }
  }

  /**
   * @throws IllegalArgumentException if certificate or key is malformed, or if they do not belong
   *     together
   */
  static CertificateAuthority fromPem(String certificate, String key) {
    try (PEMParser certificates = new PEMParser(new StringReader(certificate));
        PEMParser keys = new PEMParser(new StringReader(key))) {
      CertificateAuthority authority =
          new CertificateAuthority(
              new JcaX509CertificateConverter()
                  .getCertificate((X509CertificateHolder) certificates.readObject()),
              new JcaPEMKeyConverter().getPrivateKey((PrivateKeyInfo) keys.readObject()));
      authority.checkPair();
      return authority;
    } catch (IOException | GeneralSecurityException | RuntimeException e) {
      throw new IllegalArgumentException("not a certificate and key in PEM", e);
    }
  }

  /**
   * Signs something and verifies it, because API servers trust no certificate of an authority with
   * another key.
   */
  private void checkPair() throws GeneralSecurityException {
    byte[] something = certificate.getEncoded();
    Signature signature = Signature.getInstance("SHA256withECDSA");
    signature.initSign(key);
    signature.update(something);
    byte[] signed = signature.sign();
    signature.initVerify(certificate.getPublicKey());
    signature.update(something);
    if (!signature.verify(signed)) {
      throw new GeneralSecurityException("the key does not belong to the certificate");
    }
  }

  private static String pem(Object object) {
    StringWriter text = new StringWriter();
    try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
      writer.writeObject(object);
    } catch (IOException e) {
      throw new IllegalStateException("write PEM", e);
    }
    return text.toString();
  }

  private static X509Certificate sign(X509v3CertificateBuilder builder, PrivateKey key)
      throws GeneralSecurityException, OperatorCreationException {
    return new JcaX509CertificateConverter()
        .getCertificate(builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(key)));
  }

  private static KeyPair keyPair() throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"), RANDOM);
    return generator.generateKeyPair();
  }

  private static BigInteger serial() {
    return new BigInteger(127, RANDOM).setBit(126);
  }

  private static Date notBefore(Instant now) {
    return Date.from(now.minus(CLOCK_SKEW));
  }
}
