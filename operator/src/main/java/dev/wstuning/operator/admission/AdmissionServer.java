package dev.wstuning.operator.admission;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.admission.v1.AdmissionRequest;
import io.fabric8.kubernetes.api.model.admission.v1.AdmissionResponse;
import io.fabric8.kubernetes.api.model.admission.v1.AdmissionReview;
import io.fabric8.kubernetes.api.model.admission.v1.AdmissionReviewBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.javaoperatorsdk.webhook.admission.AdmissionController;
import io.javaoperatorsdk.webhook.admission.AdmissionRequestHandler;
import io.javaoperatorsdk.webhook.admission.AdmissionUtils;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The HTTPS server that API servers call: {@code /pods/TUNING} with an AdmissionReview, and {@code
 * /selftest} for the operator's own test pod.
 */
public final class AdmissionServer implements AutoCloseable {

  static final String PODS_PATH = "/pods/";
  static final String SELF_TEST_PATH = "/selftest";

  private static final Logger LOG = LoggerFactory.getLogger(AdmissionServer.class);
  private static final int THREADS = 8;

  /** A pod may have 1 MiB in etcd; a review of it holds it once for a creation. */
  private static final int MAX_BODY_BYTES = 3 * 1024 * 1024;

  static {
    // API servers keep idle connections for 90 s; the JDK's server would drop them after 30.
    System.setProperty("sun.net.httpserver.idleInterval", "120");
  }

  private final HttpsServer server;
  private final ExecutorService executor;
  private final PodAdmission admission;

  public AdmissionServer(int port, ServingCertificate certificate, PodAdmission admission)
      throws IOException {
    this.admission = admission;
    this.executor = Executors.newFixedThreadPool(THREADS);
    this.server = HttpsServer.create(new InetSocketAddress(port), 128);
    server.setHttpsConfigurator(new HttpsConfigurator(certificate.sslContext()));
    server.setExecutor(executor);
    server.createContext(PODS_PATH, this::tunePod);
    server.createContext(SELF_TEST_PATH, e -> answer(e, AdmissionServer::markSelfTest));
  }

  public void start() {
    server.start();
  }

  public int port() {
    return server.getAddress().getPort();
  }

  private interface Admission {
    AdmissionResponse admit(AdmissionRequest request) throws Exception;
  }

  private void tunePod(HttpExchange exchange) throws IOException {
    String tuning = exchange.getRequestURI().getPath().substring(PODS_PATH.length());
    answer(exchange, request -> admission.admit(request, tuning));
  }

  /** Any error is a 500, upon which the API server follows the entry's failure policy. */
  private void answer(HttpExchange exchange, Admission admission) throws IOException {
    try (exchange) {
      byte[] body = exchange.getRequestBody().readNBytes(MAX_BODY_BYTES + 1);
      if (body.length > MAX_BODY_BYTES) {
        send(exchange, 413, "an AdmissionReview has at most %d bytes".formatted(MAX_BODY_BYTES));
        return;
      }
      AdmissionReview review =
          Serialization.unmarshal(new String(body, StandardCharsets.UTF_8), AdmissionReview.class);
      if (review == null || review.getRequest() == null) {
        send(exchange, 400, "not an AdmissionReview");
        return;
      }
      AdmissionResponse response = admission.admit(review.getRequest());
      AdmissionReview reply =
          new AdmissionController<Pod>((AdmissionRequestHandler) r -> response).handle(review);
      send(exchange, 200, Serialization.asJson(reply));
    } catch (PodAdmission.UnknownTuningException e) {
      LOG.warn("msg=\"call for an unknown tuning\" problem=\"{}\"", e.getMessage());
      send(exchange, 500, e.getMessage());
    } catch (Exception e) {
      LOG.error("msg=\"admission failed\" path={}", exchange.getRequestURI(), e);
      send(exchange, 500, "internal error: " + e.getClass().getSimpleName());
    }
  }

  private static void send(HttpExchange exchange, int code, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange
        .getResponseHeaders()
        .set("Content-Type", code == 200 ? "application/json" : "text/plain; charset=utf-8");
    exchange.sendResponseHeaders(code, bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  private static AdmissionResponse markSelfTest(AdmissionRequest request) {
    Pod pod = (Pod) request.getObject();
    Pod marked =
        new PodBuilder(pod)
            .editMetadata()
            .addToAnnotations(SelfTest.MARK, "seen")
            .endMetadata()
            .build();
    return AdmissionUtils.admissionResponseFromMutation(pod, marked);
  }

  /**
   * Runs the code of an admission once: the first in a fresh JVM takes most of a second, which an
   * API server would not wait for.
   */
  public static void exercise() {
    Pod pod = new PodBuilder().withNewMetadata().endMetadata().withNewSpec().endSpec().build();
    AdmissionReview review =
        new AdmissionReviewBuilder()
            .withNewRequest()
            .withUid("warm-up")
            .withOperation("CREATE")
            .withObject(pod)
            .endRequest()
            .build();
    AdmissionReview parsed =
        Serialization.unmarshal(Serialization.asJson(review), AdmissionReview.class);
    AdmissionResponse response = markSelfTest(parsed.getRequest());
    Serialization.asJson(
        new AdmissionController<Pod>((AdmissionRequestHandler) r -> response).handle(parsed));
  }

  @Override
  public void close() {
    server.stop(1);
    executor.shutdown();
  }
}
