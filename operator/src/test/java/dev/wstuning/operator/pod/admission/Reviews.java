package dev.wstuning.operator.pod.admission;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.wstuning.operator.fixtures.Tunings;
import io.fabric8.kubernetes.api.model.admission.v1.AdmissionRequest;
import io.fabric8.kubernetes.api.model.admission.v1.AdmissionResponse;
import io.fabric8.kubernetes.api.model.admission.v1.AdmissionReview;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.fabric8.zjsonpatch.JsonPatch;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** Admission reviews as API servers send them, and what their answers make of a pod. */
final class Reviews {

  /** A pod with a field that no version of this model knows, as newer API servers send. */
  static final String POD =
      """
      {"apiVersion":"v1","kind":"Pod",
       "metadata":{"generateName":"chat-7d9c5b6f4-","labels":{"app":"chat"},
                   "fieldOfTheFuture":{"a":[1,2]}},
       "spec":{"fieldOfTheFuture":"x",
               "containers":[{"name":"server","image":"example.com/chat","fieldOfTheFuture":[]}]}}
      """;

  private static final ObjectMapper JSON = new ObjectMapper();

  private Reviews() {}

  static String of(String pod) {
    return """
    {"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview",
     "request":{"uid":"705ab4f5-6393-11e8-b7cc-42010a800002","operation":"CREATE","namespace":"%s",
                "kind":{"group":"","version":"v1","kind":"Pod"},"object":%s}}
    """
        .formatted(Tunings.NAMESPACE, pod);
  }

  static AdmissionRequest request(String pod) {
    return Serialization.unmarshal(of(pod), AdmissionReview.class).getRequest();
  }

  /** The pod that the API server goes on with. */
  static JsonNode applied(String pod, AdmissionResponse response) {
    byte[] patch = Base64.getDecoder().decode(response.getPatch());
    return JsonPatch.apply(json(new String(patch, StandardCharsets.UTF_8)), json(pod));
  }

  static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not JSON: " + text, e);
    }
  }
}
