package dev.wstuning.operator.pod.admission;

import dev.wstuning.operator.pod.admission.PodAdmission.Decision;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.admission.v1.AdmissionRequest;
import io.fabric8.kubernetes.api.model.admission.v1.AdmissionResponse;
import io.fabric8.kubernetes.api.model.admission.v1.AdmissionReview;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.javaoperatorsdk.webhook.admission.AdmissionController;
import io.javaoperatorsdk.webhook.admission.AdmissionRequestHandler;
import io.javaoperatorsdk.webhook.admission.AdmissionUtils;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Consumer;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpHeaderValue;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Promise;
import org.eclipse.jetty.util.thread.Invocable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers AdmissionReviews: at each {@link AdmissionPath} those of pods, and at {@code /selftest}
 * that of the operator's own test pod.
 */
public final class AdmissionHandler extends Handler.Abstract {

  static final String SELF_TEST_PATH = "/selftest";

  private static final Logger LOG = LoggerFactory.getLogger(AdmissionHandler.class);

  /** A pod may have 1 MiB in etcd; the review of a creation holds it once. */
  private static final int MAX_BODY_BYTES = 3 * 1024 * 1024;

  private final PodAdmission admission;
  private final AdmissionListener listener;
  private volatile boolean closing;

  AdmissionHandler(PodAdmission admission, AdmissionListener listener) {
    this.admission = admission;
    this.listener = listener;
  }

  /** From now on each answer is the last one of its connection. */
  void closeConnections() {
    closing = true;
  }

  interface Admission {
    Decision admit(AdmissionRequest request) throws PodAdmission.UnknownTuningException;
  }

  /** A status and a body, and what it is about. */
  record Answer(int code, String body, AdmissionOutcome outcome) {}

  /**
   * Answers once the whole call has come; until then a caller that gets no processor, or stops in
   * the middle, holds no thread.
   */
  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    long start = System.nanoTime();
    Optional<AdmissionPath> tuning = AdmissionPath.parse(Request.getPathInContext(request));
    Consumer<Answer> send =
        answer -> {
          long nanos = System.nanoTime() - start;
          send(answer, response, callback);
          if (tuning.isPresent()) {
            listener.answered(answer.outcome(), nanos);
          }
        };
    Content.Source.asByteArrayAsync(
        request,
        MAX_BODY_BYTES,
        Promise.Invocable.from(
            Invocable.InvocationType.BLOCKING,
            body -> send.accept(answer(request, tuning, body)),
            failure -> send.accept(unread(request, failure))));
    return true;
  }

  private void send(Answer answer, Response response, Callback callback) {
    response.setStatus(answer.code());
    response
        .getHeaders()
        .put(
            HttpHeader.CONTENT_TYPE,
            answer.code() == 200 ? "application/json" : "text/plain; charset=utf-8");
    if (closing) {
      response.getHeaders().put(HttpHeader.CONNECTION, HttpHeaderValue.CLOSE);
    }
    Content.Sink.write(response, true, answer.body(), callback);
  }

  private Answer answer(Request request, Optional<AdmissionPath> tuning, byte[] body) {
    if (tuning.isPresent()) {
      EndPoint caller = request.getConnectionMetaData().getConnection().getEndPoint();
      return answer(body, review -> admission.admit(review, tuning.get(), caller::isOpen));
    }
    return Request.getPathInContext(request).equals(SELF_TEST_PATH)
        ? answer(body, AdmissionHandler::markSelfTest)
        : new Answer(404, "nothing is served at this path", AdmissionOutcome.BAD_REQUEST);
  }

  private static Answer unread(Request request, Throwable failure) {
    return request.getLength() > MAX_BODY_BYTES
        ? new Answer(
            413,
            "an AdmissionReview has at most %d bytes".formatted(MAX_BODY_BYTES),
            AdmissionOutcome.BAD_REQUEST)
        : new Answer(
            400,
            "the request cannot be read: " + failure.getMessage(),
            AdmissionOutcome.BAD_REQUEST);
  }

  /** Any error is a 500, upon which the API server follows the entry's failure policy. */
  static Answer answer(byte[] body, Admission admission) {
    try {
      AdmissionReview review =
          Serialization.unmarshal(new String(body, StandardCharsets.UTF_8), AdmissionReview.class);
      if (review == null || review.getRequest() == null) {
        return new Answer(400, "not an AdmissionReview", AdmissionOutcome.BAD_REQUEST);
      }
      Decision decision = admission.admit(review.getRequest());
      return new Answer(
          200, Serialization.asJson(reply(review, decision.response())), decision.outcome());
    } catch (PodAdmission.UnknownTuningException e) {
      LOG.warn("msg=\"call for an unknown tuning\" problem=\"{}\"", e.getMessage());
      return new Answer(500, e.getMessage(), AdmissionOutcome.UNKNOWN_TUNING);
    } catch (KubernetesClientException e) {
      LOG.warn("msg=\"reading what the cache lacks failed\" problem=\"{}\"", e.getMessage());
      return new Answer(
          500,
          "the operator could not read what it needs: " + e.getMessage(),
          AdmissionOutcome.FAILED);
    } catch (Exception e) {
      LOG.error("msg=\"admission failed\"", e);
      return new Answer(
          500, "internal error: " + e.getClass().getSimpleName(), AdmissionOutcome.FAILED);
    }
  }

  private static AdmissionReview reply(AdmissionReview review, AdmissionResponse response) {
    return new AdmissionController<Pod>((AdmissionRequestHandler) r -> response).handle(review);
  }

  private static Decision markSelfTest(AdmissionRequest request) {
    Pod pod = (Pod) request.getObject();
    Pod marked =
        new PodBuilder(pod)
            .editMetadata()
            .addToAnnotations(WebhookProbe.MARK, "seen")
            .endMetadata()
            .build();
    return new Decision(
        AdmissionUtils.admissionResponseFromMutation(pod, marked), AdmissionOutcome.TUNED);
  }
}
