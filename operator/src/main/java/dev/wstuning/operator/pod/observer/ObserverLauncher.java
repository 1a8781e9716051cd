package dev.wstuning.operator.pod.observer;

import dev.wstuning.operator.pod.observation.PodFacts;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.net.HttpURLConnection;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Adds observers to pods. */
public final class ObserverLauncher {

  private static final Logger LOG = LoggerFactory.getLogger(ObserverLauncher.class);

  private static final int TOO_MANY_REQUESTS = 429;

  private final KubernetesClient client;
  private final String image;
  private final Consumer<ObserverOutcome> listener;

  /**
   * @param listener hears of every answer; it must neither fail nor take time
   */
  public ObserverLauncher(
      KubernetesClient client, String image, Consumer<ObserverOutcome> listener) {
    this.client = client;
    this.image = image;
    this.listener = listener;
  }

  /** What became of a launch. */
  sealed interface Answer {
    /** The pod has the observer. */
    record Sent() implements Answer {}

    /** The pod changed or went meanwhile. */
    record PodChanged() implements Answer {}

    /** The API server does not want this observer. */
    record Refused(String words) implements Answer {}

    /** The API server, or a webhook of it, does not work at present. */
    record Failed(String words) implements Answer {}
  }

  /** Adds an observer; adding the same once more changes nothing. */
  Answer launch(Errand errand) {
    PodFacts pod = errand.pod();
    try {
      client
          .pods()
          .inNamespace(pod.namespace())
          .withName(pod.name())
          .ephemeralContainers()
          .patch(PatchContext.of(PatchType.STRATEGIC_MERGE), Serialization.asJson(patch(errand)));
      LOG.info("msg=\"observer sent\" namespace={} pod={}", pod.namespace(), pod.name());
      listener.accept(ObserverOutcome.SENT);
      return new Answer.Sent();
    } catch (KubernetesClientException e) {
      Answer answer = answer(e);
      if (answer instanceof Answer.PodChanged) {
        LOG.info(
            "msg=\"observer not sent\" namespace={} pod={} problem=\"{}\"",
            pod.namespace(),
            pod.name(),
            e.getMessage());
      }
      return answer;
    }
  }

  private Pod patch(Errand errand) {
    return new PodBuilder()
        .withNewMetadata()
        // So that a new pod of the same name (of a StatefulSet) is not meant.
        .withUid(errand.pod().uid())
        .endMetadata()
        .withNewSpec()
        .withEphemeralContainers(ObserverContainer.create(errand, image))
        .endSpec()
        .build();
  }

  private Answer answer(KubernetesClientException e) {
    int code = e.getCode();
    if (code == HttpURLConnection.HTTP_NOT_FOUND || code == HttpURLConnection.HTTP_CONFLICT) {
      listener.accept(ObserverOutcome.POD_CHANGED);
      return new Answer.PodChanged();
    }
    if (code < HttpURLConnection.HTTP_BAD_REQUEST) {
      // No answer has such a code; the client sets it when it got none.
      listener.accept(ObserverOutcome.NO_ANSWER);
      return new Answer.Failed("the API server does not answer");
    }
    if (code == TOO_MANY_REQUESTS || code >= HttpURLConnection.HTTP_INTERNAL_ERROR) {
      listener.accept(
          code == TOO_MANY_REQUESTS ? ObserverOutcome.BUSY_429 : ObserverOutcome.FAILED_5XX);
      return new Answer.Failed(
          "the API server cannot add an observer now (code %d): %s".formatted(code, words(e)));
    }
    listener.accept(ObserverOutcome.REFUSED_4XX);
    return new Answer.Refused(words(e));
  }

  /** The API server's own words; those of the client are about its request as well. */
  private static String words(KubernetesClientException e) {
    return Optional.ofNullable(e.getStatus()).map(Status::getMessage).orElse(e.getMessage());
  }
}
