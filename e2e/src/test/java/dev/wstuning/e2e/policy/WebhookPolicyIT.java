package dev.wstuning.e2e.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhook;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookBuilder;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfiguration;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfigurationBuilder;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The operator may send new pods of selected namespaces to itself, and register nothing else. */
class WebhookPolicyIT {

  private static final String POLICY = "wstuning-webhooks";
  private static final String NAMESPACE_LABEL = "kubernetes.io/metadata.name";

  private static Stage stage;

  @BeforeAll
  static void open() {
    stage = Stage.open();
  }

  @AfterAll
  static void close() {
    stage.close();
  }

  @Test
  void itsOwnConfigurationIsAllowed() {
    assertThat(apply(configuration("wstuning-" + stage.namespace, entry())).getWebhooks())
        .hasSize(1);
    assertThat(apply(configuration("wstuning-" + stage.namespace)).getWebhooks()).isEmpty();
    MutatingWebhook lenient =
        new MutatingWebhookBuilder(entry())
            .withFailurePolicy("Ignore")
            .withMatchConditions(List.of())
            .build();
    assertThat(apply(configuration("wstuning-" + stage.namespace, lenient)).getWebhooks())
        .hasSize(1);
  }

  @Test
  void theSelfTestIsAllowedInItsOwnNamespaceOnly() {
    MutatingWebhook selfTest =
        new MutatingWebhookBuilder(entry())
            .withName("selftest.wstuning.dev")
            .withNewNamespaceSelector()
            .addToMatchLabels(NAMESPACE_LABEL, Stage.OWN_NAMESPACE)
            .endNamespaceSelector()
            .withNewObjectSelector()
            .addToMatchLabels("wstuning.dev/selftest", "true")
            .endObjectSelector()
            .withMatchConditions(List.of())
            .build();
    assertThat(apply(named("wstuning-selftest.test", selfTest)).getWebhooks()).hasSize(1);

    for (MutatingWebhook other :
        List.of(
            new MutatingWebhookBuilder(selfTest)
                .withNamespaceSelector(entry().getNamespaceSelector())
                .build(),
            new MutatingWebhookBuilder(selfTest)
                .withObjectSelector(entry().getObjectSelector())
                .build())) {
      Stage.assertRefused(
          POLICY, "except for the self-test", () -> apply(named("wstuning-selftest.test", other)));
    }
  }

  @Test
  void itsOwnConfigurationMayBeDeletedAndNoOther() {
    MutatingWebhookConfiguration own = stage.create(configuration("wstuning-" + stage.namespace));
    MutatingWebhookConfiguration other = stage.create(configuration("other-" + stage.namespace));

    Stage.assertRefused(
        POLICY, "name starts with wstuning-", () -> stage.operator.resource(other).delete());
    assertThatCode(() -> stage.operator.resource(own).delete()).doesNotThrowAnyException();
  }

  @Test
  void anotherNameIsRefused() {
    Stage.assertRefused(
        POLICY,
        "name starts with wstuning-",
        () -> apply(configuration("other-" + stage.namespace, entry())));
  }

  @TestFactory
  Stream<DynamicTest> anotherReceiverIsRefused() {
    String served = "are served by the Service wstuning-webhook";
    return Stream.of(
        refused(
            "a URL",
            served,
            w ->
                w.editClientConfig()
                    .withService(null)
                    .withUrl("https://198.18.0.1/")
                    .endClientConfig()),
        refused(
            "another Service",
            served,
            w ->
                w.editClientConfig()
                    .editService()
                    .withName("other")
                    .endService()
                    .endClientConfig()),
        refused(
            "another namespace's Service",
            served,
            w ->
                w.editClientConfig()
                    .editService()
                    .withNamespace("default")
                    .endService()
                    .endClientConfig()));
  }

  @TestFactory
  Stream<DynamicTest> otherRequestsAreRefused() {
    String pods = "see the creation of pods and nothing else";
    return Stream.of(
        refused("Secrets", pods, w -> w.editRule(0).withResources("secrets").endRule()),
        refused("subresources", pods, w -> w.editRule(0).withResources("pods/*").endRule()),
        refused("everything", pods, w -> w.editRule(0).withResources("*").endRule()),
        refused("updates", pods, w -> w.editRule(0).withOperations("UPDATE").endRule()),
        refused("all groups", pods, w -> w.editRule(0).withApiGroups("*").endRule()),
        refused("all scopes", pods, w -> w.editRule(0).withScope("*").endRule()),
        refused(
            "one rule more",
            pods,
            w ->
                w.addNewRule()
                    .withApiGroups("")
                    .withApiVersions("v1")
                    .withOperations("CREATE")
                    .withResources("secrets")
                    .endRule()));
  }

  @TestFactory
  Stream<DynamicTest> webhooksThatMayHoldPodsUpAreRefused() {
    String soon = "take five seconds at most, and have no side effects";
    return Stream.of(
        refused("ten seconds", soon, w -> w.withTimeoutSeconds(10)),
        refused("side effects", soon, w -> w.withSideEffects("NoneOnDryRun")),
        refused(
            "no match conditions",
            "that refuse pods leave out those that are never tuned",
            w -> w.withMatchConditions(List.of())));
  }

  @TestFactory
  Stream<DynamicTest> podsOfTheSystemAreRefused() {
    return Stream.of("kube-system", Stage.OWN_NAMESPACE, "wstuning-nodes")
        .map(
            namespace ->
                dynamicTest(
                    namespace,
                    () ->
                        Stage.assertRefused(
                            POLICY,
                            "never name kube-system, wstuning-system or wstuning-nodes",
                            () ->
                                apply(
                                    configuration(
                                        "wstuning-" + stage.namespace,
                                        new MutatingWebhookBuilder(entry())
                                            .editNamespaceSelector()
                                            .withMatchLabels(Map.of(NAMESPACE_LABEL, namespace))
                                            .endNamespaceSelector()
                                            .build())))));
  }

  @TestFactory
  Stream<DynamicTest> otherPodsAreRefused() {
    String namespace = "name one namespace, the same in all webhooks of a configuration";
    return Stream.of(
        refused("all namespaces", namespace, w -> w.withNamespaceSelector(new LabelSelector())),
        refused(
            "a second namespace",
            namespace,
            w ->
                w.editNamespaceSelector()
                    .withMatchLabels(Map.of(NAMESPACE_LABEL, "other"))
                    .endNamespaceSelector()),
        refused(
            "namespaces by another label",
            namespace,
            w ->
                w.editNamespaceSelector()
                    .withMatchLabels(Map.of("team", "a"))
                    .endNamespaceSelector()),
        refused(
            "all pods of a namespace",
            "see selected pods only",
            w -> w.withObjectSelector(new LabelSelector())));
  }

  /** A test that an entry with this change is refused with this message. */
  private static DynamicTest refused(
      String name, String message, UnaryOperator<MutatingWebhookBuilder> change) {
    MutatingWebhook changed = change.apply(new MutatingWebhookBuilder(entry())).build();
    return dynamicTest(
        name,
        () ->
            Stage.assertRefused(
                POLICY,
                message,
                () -> apply(configuration("wstuning-" + stage.namespace, entry(), changed))));
  }

  /** An entry as the operator makes it. */
  private static MutatingWebhook entry() {
    return new MutatingWebhookBuilder()
        .withName("chat.realtime.wstuning.dev")
        .withAdmissionReviewVersions("v1")
        .withSideEffects("None")
        .withTimeoutSeconds(2)
        .addNewMatchCondition("object.spec.hostNetwork != true", "not-on-the-hosts-network")
        .withNewNamespaceSelector()
        .addToMatchLabels(NAMESPACE_LABEL, "realtime")
        .endNamespaceSelector()
        .withNewObjectSelector()
        .addToMatchLabels("app", "chat")
        .endObjectSelector()
        .addNewRule()
        .withApiGroups("")
        .withApiVersions("v1")
        .withOperations("CREATE")
        .withResources("pods")
        .withScope("Namespaced")
        .endRule()
        .withNewClientConfig()
        .withNewService()
        .withNamespace(Stage.OWN_NAMESPACE)
        .withName("wstuning-webhook")
        .endService()
        .endClientConfig()
        .build();
  }

  private static MutatingWebhookConfiguration configuration(
      String name, MutatingWebhook... webhooks) {
    for (int i = 0; i < webhooks.length; i++) {
      webhooks[i].setName(i + "." + webhooks[i].getName());
    }
    return named(name, webhooks);
  }

  private static MutatingWebhookConfiguration named(String name, MutatingWebhook... webhooks) {
    return new MutatingWebhookConfigurationBuilder()
        .withNewMetadata()
        .withName(name)
        .endMetadata()
        .withWebhooks(List.of(webhooks))
        .build();
  }

  private static MutatingWebhookConfiguration apply(MutatingWebhookConfiguration wanted) {
    return stage.operator.resource(wanted).dryRun().fieldManager("wstuning-test").serverSideApply();
  }
}
