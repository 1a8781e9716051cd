package dev.wstuning.e2e.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.rbac.RoleBindingBuilder;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who may do what, asked of the API server as kubectl auth can-i does. */
class RbacIT {

  private static final String OPERATOR = "system:serviceaccount:wstuning-system:wstuning-operator";

  private static Stage stage;

  @BeforeAll
  static void open() {
    stage = Stage.open();
    for (String role : new String[] {"admin", "edit", "view"}) {
      stage.create(
          new RoleBindingBuilder()
              .withNewMetadata()
              .withName(role)
              .withNamespace(stage.namespace)
              .endMetadata()
              .withNewRoleRef("rbac.authorization.k8s.io", "ClusterRole", role)
              .addNewSubject("rbac.authorization.k8s.io", "User", user(role), null)
              .build());
    }
    Awaitility.await("the cluster has aggregated the roles")
        .until(
            () ->
                stage.may(
                    user("admin"),
                    stage.namespace,
                    "create",
                    "wstuning.dev",
                    "websockettunings",
                    "",
                    ""));
  }

  @AfterAll
  static void close() {
    stage.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      emptyValue = "",
      value = {
        "''              | watch  | wstuning.dev                 | websockettunings              | ''     | ''",
        "''              | patch  | wstuning.dev                 | websockettunings              | status | ''",
        "''              | watch  | ''                           | pods                          | ''     | ''",
        "default         | patch  | ''                           | pods                          | ephemeralcontainers | ''",
        "default         | create | ''                           | pods                          | eviction | ''",
        "default         | patch  | apps                         | deployments                   | ''     | ''",
        "''              | patch  | admissionregistration.k8s.io | mutatingwebhookconfigurations | ''     | ''",
        "''              | get    | apiextensions.k8s.io         | customresourcedefinitions     | ''     | websockettunings.wstuning.dev",
        "wstuning-system | update | ''                           | secrets                       | ''     | wstuning-webhook-ca",
        "wstuning-system | watch  | ''                           | configmaps                    | ''     | wstuning-guard-rails",
        "wstuning-system | create | coordination.k8s.io          | leases                        | ''     | ''",
        "wstuning-system | update | coordination.k8s.io          | leases                        | ''     | wstuning",
        "wstuning-system | patch  | coordination.k8s.io          | leases                        | ''     | wstuning-suspensions",
        "default         | list   | ''                           | events                        | ''     | ''",
        "default         | create | ''                           | events                        | ''     | ''",
        "wstuning-system | create | ''                           | pods                          | ''     | ''",
        "''              | watch  | wstuning.dev                 | websocketnodetunings          | ''     | ''",
        "''              | patch  | wstuning.dev                 | websocketnodetunings          | status | ''",
        "''              | patch  | wstuning.dev                 | websocketnodestates           | ''     | ''",
        "''              | patch  | wstuning.dev                 | websocketnodestates           | status | ''",
        "''              | delete | wstuning.dev                 | websocketnodestates           | ''     | ''",
        "''              | watch  | ''                           | nodes                         | ''     | ''",
        "''              | patch  | ''                           | nodes                         | ''     | ''",
        "wstuning-nodes  | create | apps                         | daemonsets                    | ''     | wstuning-node-agent",
        "wstuning-nodes  | delete | apps                         | daemonsets                    | ''     | wstuning-node-agent",
        "wstuning-nodes  | create | apps                         | daemonsets                    | ''     | wstuning-node-agent-grants",
        "wstuning-nodes  | delete | apps                         | daemonsets                    | ''     | wstuning-node-agent-grants"
      })
  void theOperatorMay(
      String namespace, String verb, String group, String resource, String sub, String name) {
    assertThat(stage.may(OPERATOR, namespace, verb, group, resource, sub, name)).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      emptyValue = "",
      value = {
        "''              | patch  | wstuning.dev                 | websockettunings              | ''     | ''",
        "default         | create | ''                           | pods                          | ''     | ''",
        "default         | delete | ''                           | pods                          | ''     | ''",
        "default         | patch  | ''                           | pods                          | ''     | ''",
        "default         | create | ''                           | pods                          | exec   | ''",
        "default         | get    | ''                           | secrets                       | ''     | ''",
        "default         | get    | coordination.k8s.io          | leases                        | ''     | wstuning",
        "wstuning-system | update | coordination.k8s.io          | leases                        | ''     | other",
        "wstuning-system | delete | ''                           | secrets                       | ''     | wstuning-webhook-ca",
        "wstuning-system | list   | ''                           | secrets                       | ''     | ''",
        "wstuning-system | patch  | ''                           | configmaps                    | ''     | wstuning-guard-rails",
        "wstuning-system | delete | ''                           | configmaps                    | ''     | wstuning-guard-rails",
        "wstuning-system | get    | ''                           | configmaps                    | ''     | other",
        "wstuning-system | create | ''                           | secrets                       | ''     | ''",
        "''              | update | ''                           | nodes                         | ''     | ''",
        "''              | patch  | ''                           | nodes                         | status | ''",
        "''              | delete | ''                           | nodes                         | ''     | ''",
        "''              | patch  | wstuning.dev                 | websocketnodetunings          | ''     | ''",
        "''              | update | wstuning.dev                 | websocketnodestates           | status | ''",
        "default         | create | apps                         | daemonsets                    | ''     | wstuning-node-agent",
        "default         | delete | apps                         | daemonsets                    | ''     | ''",
        "wstuning-nodes  | create | apps                         | daemonsets                    | ''     | other",
        "wstuning-nodes  | delete | apps                         | daemonsets                    | ''     | other",
        "wstuning-nodes  | create | ''                           | pods                          | ''     | ''",
        "wstuning-nodes  | delete | ''                           | pods                          | ''     | ''",
        "wstuning-nodes  | get    | ''                           | secrets                       | ''     | ''",
        "''              | patch  | ''                           | namespaces                    | ''     | ''",
        "default         | create | apps                         | deployments                   | ''     | ''",
        "default         | patch  | apps                         | replicasets                   | ''     | ''",
        "default         | create | rbac.authorization.k8s.io    | roles                         | ''     | ''",
        "''              | create | rbac.authorization.k8s.io    | clusterrolebindings           | ''     | ''",
        "''              | patch  | apiextensions.k8s.io         | customresourcedefinitions     | ''     | websockettunings.wstuning.dev",
        "''              | delete | admissionregistration.k8s.io | validatingadmissionpolicies   | ''     | ''",
        "default         | create | ''                           | serviceaccounts               | token  | ''",
        "''              | impersonate | ''                      | users                         | ''     | ''"
      })
  void theOperatorMayNot(
      String namespace, String verb, String group, String resource, String sub, String name) {
    assertThat(stage.may(OPERATOR, namespace, verb, group, resource, sub, name)).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "admin, get, true", "admin, create, true", "admin, patch, true", "admin, delete, true",
    "edit,  get, true", "edit,  create, false", "edit, patch, false", "edit, delete, false",
    "view,  get, true", "view,  create, false", "view, patch, false", "view, delete, false"
  })
  void tuningsAreWrittenByAdminsOfANamespaceOnly(String role, String verb, boolean allowed) {
    assertThat(
            stage.may(
                user(role), stage.namespace, verb, "wstuning.dev", "websockettunings", "", ""))
        .isEqualTo(allowed);
  }

  @Test
  void nobodyOfANamespaceWritesAStatus() {
    assertThat(
            stage.may(
                user("admin"),
                stage.namespace,
                "patch",
                "wstuning.dev",
                "websockettunings",
                "status",
                ""))
        .isFalse();
  }

  private static String user(String role) {
    return "wstuning-test-" + role;
  }
}
