package dev.wstuning.operator.pod.admission;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/**
 * Calls the webhook as API servers do: it trusts the certificates of a {@code caBundle} alone, and
 * expects the name of the Service, wherever it connects to.
 */
public final class ApiServer {

  static final String SERVICE = "wstuning-webhook";
  public static final String NAMESPACE = "wstuning-system";

  private final SSLContext context;
  private final String name;

  private ApiServer(SSLContext context, String name) {
    this.context = context;
    this.name = name;
  }

  public static ApiServer trusting(String caBundle) {
    try {
      byte[] pem = Base64.getDecoder().decode(caBundle);
      KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
      trusted.load(null, null);
      for (Certificate certificate :
          CertificateFactory.getInstance("X.509")
              .generateCertificates(new ByteArrayInputStream(pem))) {
        String alias = ((X509Certificate) certificate).getSerialNumber().toString();
        trusted.setCertificateEntry(alias, certificate);
      }
      TrustManagerFactory factory =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init(trusted);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, factory.getTrustManagers(), null);
      return new ApiServer(context, SERVICE + "." + NAMESPACE + ".svc");
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("trust a bundle", e);
    }
  }

  public ApiServer expecting(String otherName) {
    return new ApiServer(context, otherName);
  }

  record Answer(int status, String body) {}

  Answer post(int port, String path, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    String head =
        "POST %s HTTP/1.0\r\nHost: %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
            .formatted(path, name, bytes.length);
    try (SSLSocket socket = connect(port)) {
      OutputStream output = socket.getOutputStream();
      output.write(head.getBytes(StandardCharsets.US_ASCII));
      output.write(bytes);
      output.flush();
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return new Answer(
          Integer.parseInt(answer.substring(9, 12)),
          answer.substring(answer.indexOf("\r\n\r\n") + 4));
    }
  }

  /** A connection over which requests follow one another, as API servers keep them. */
  Connection keep(int port) throws IOException {
    return new Connection(connect(port), name);
  }

  record Connection(SSLSocket socket, String name) implements AutoCloseable {

    /** The head of the answer to one more request. */
    String post(String path, String body) throws IOException {
      return exchange(path, body).head();
    }

    /** An answer in its two parts. */
    record Parts(String head, String body) {}

    Parts exchange(String path, String body) throws IOException {
      start(path, body);
      write(body);
      return answer();
    }

    /** Sends the head of a request with that body. */
    void start(String path, String body) throws IOException {
      write(
          """
          POST %s HTTP/1.1\r
          Host: %s\r
          User-Agent: kube-apiserver-admission\r
          Content-Length: %d\r
          Accept: application/json, */*\r
          Content-Type: application/json\r
          Accept-Encoding: gzip\r
          \r
          """
              .formatted(path, name, body.getBytes(StandardCharsets.UTF_8).length));
    }

    void write(String text) throws IOException {
      socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
      socket.getOutputStream().flush();
    }

    Parts answer() throws IOException {
      StringBuilder answer = new StringBuilder();
      while (answer.indexOf("\r\n\r\n") < 0) {
        int next = socket.getInputStream().read();
        if (next < 0) {
          throw new EOFException("the webhook ended the connection after: " + answer);
        }
        answer.append((char) next);
      }
      Matcher length = Pattern.compile("(?i)content-length: (\\d+)").matcher(answer);
      byte[] rest =
          socket.getInputStream().readNBytes(length.find() ? Integer.parseInt(length.group(1)) : 0);
      return new Parts(answer.toString(), new String(rest, StandardCharsets.UTF_8));
    }

    /** Whether the webhook ended the connection. */
    boolean ended() throws IOException {
      return socket.getInputStream().read() == -1;
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }

  /** The certificate that the webhook shows in a new handshake. */
  public X509Certificate shakeHands(int port) throws IOException {
    try (SSLSocket socket = connect(port)) {
      return (X509Certificate) socket.getSession().getPeerCertificates()[0];
    }
  }

  private SSLSocket connect(int port) throws IOException {
    Socket plain = new Socket(InetAddress.getLoopbackAddress(), port);
    plain.setSoTimeout(5000);
    SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(plain, name, port, true);
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    socket.setSSLParameters(parameters);
    try {
      socket.startHandshake();
      return socket;
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }
}
