package dev.wstuning.operator.pod.admission;

import dev.wstuning.operator.api.v1alpha1.WebSocketTuning;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningSpec.OperatorDown;
import dev.wstuning.operator.pod.selection.Exclusion;
import dev.wstuning.operator.selector.LabelSelectors;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.LabelSelectorBuilder;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MatchCondition;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhook;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookBuilder;
import java.util.List;

/**
 * The entry of one tuning in the MutatingWebhookConfiguration of its namespace. It carries the
 * tuning's own selector, so that no other pod ever waits for the operator. Every field that the API
 * server would default is set, so that an entry can be compared with the one that is there.
 */
final class WebhookEntry {

  static final String SELF_TEST = "selftest.wstuning.dev";
  static final String NAMESPACE_LABEL = "kubernetes.io/metadata.name";
  private static final int PORT = 443;

  /**
   * An API server that is busy with a hundred creations at once takes more than two seconds for
   * each, most of them its own, and would leave pods untuned. Longer than this, creations would
   * wait for a replica whose node is lost.
   */
  static final int TIMEOUT_SECONDS = 5;

  private WebhookEntry() {}

  /**
   * @param path where the API server calls for the tuning
   */
  static MutatingWebhook of(
      WebSocketTuning tuning,
      AdmissionPath path,
      String serviceNamespace,
      String service,
      String caBundle) {
    String namespace = tuning.getMetadata().getNamespace();
    String name = tuning.getMetadata().getName();
    boolean reject = tuning.getSpec().operatorDownOrDefault() == OperatorDown.Reject;
    return common(serviceNamespace, service, path.text(), caBundle, namespace)
        .withName(nameOf(namespace, name))
        .withFailurePolicy(reject ? "Fail" : "Ignore")
        .withObjectSelector(LabelSelectors.toModel(tuning.getSpec().selector()))
        .withMatchConditions(reject ? neverTuned() : List.of())
        .build();
  }

  /**
   * Keeps pods that are never tuned from being refused while the operator is away. Where nothing is
   * refused there are no conditions, because they cost each creation of a pod more than they save:
   * the API server converts the whole pod and the request to evaluate them.
   */
  private static List<MatchCondition> neverTuned() {
    return Exclusion.matchConditions().stream()
        .map(c -> new MatchCondition(c.expression(), c.name()))
        .toList();
  }

  static String nameOf(String namespace, String tuning) {
    return tuning + "." + namespace + ".wstuning.dev";
  }

  static MutatingWebhook webhookProbe(String namespace, String service, String caBundle) {
    LabelSelector selector =
        new LabelSelectorBuilder().addToMatchLabels(WebhookProbe.MARK, "true").build();
    return common(namespace, service, AdmissionHandler.SELF_TEST_PATH, caBundle, namespace)
        .withName(SELF_TEST)
        .withFailurePolicy("Fail")
        .withObjectSelector(selector)
        .withMatchConditions(List.of())
        .build();
  }

  private static MutatingWebhookBuilder common(
      String serviceNamespace, String service, String path, String caBundle, String namespace) {
    return new MutatingWebhookBuilder()
        .withAdmissionReviewVersions("v1")
        .withSideEffects("None")
        .withTimeoutSeconds(TIMEOUT_SECONDS)
        .withMatchPolicy("Equivalent")
        // A second call would undo what others changed on the init container in between, and with
        // IfNeeded there is one for nearly every pod: a token is mounted into it after the first.
        .withReinvocationPolicy("Never")
        .withNewNamespaceSelector()
        .addToMatchLabels(NAMESPACE_LABEL, namespace)
        .endNamespaceSelector()
        .addNewRule()
        .withApiGroups("")
        .withApiVersions("v1")
        .withOperations("CREATE")
        .withResources("pods")
        .withScope("Namespaced")
        .endRule()
        .withNewClientConfig()
        .withCaBundle(caBundle)
        .withNewService()
        .withNamespace(serviceNamespace)
        .withName(service)
        .withPath(path)
        .withPort(PORT)
        .endService()
        .endClientConfig();
  }
}
