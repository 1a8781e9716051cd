package dev.wstuning.e2e.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBindingBuilder;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who may do what of the node side: users of the whole cluster, and the node agent. */
class NodeRbacIT {

  private static final String AGENT = "system:serviceaccount:wstuning-nodes:wstuning-node-agent";

  private static Stage stage;

  @BeforeAll
  static void open() {
    stage = Stage.open();
    for (String role : new String[] {"admin", "view", "wstuning-node-admin"}) {
      stage.create(
          new ClusterRoleBindingBuilder()
              .withNewMetadata()
              .withName(user(role))
              .endMetadata()
              .withNewRoleRef("rbac.authorization.k8s.io", "ClusterRole", role)
              .addNewSubject("rbac.authorization.k8s.io", "User", user(role), null)
              .build());
    }
    Awaitility.await("the cluster has aggregated the roles")
        .until(() -> may(user("view"), "get", "wstuning.dev", "websocketnodestates", ""));
  }

  @AfterAll
  static void close() {
    stage.close();
  }

  @ParameterizedTest
  @CsvSource({
    "view,                get,    websocketnodetunings, true",
    "view,                create, websocketnodetunings, false",
    "admin,               get,    websocketnodetunings, true",
    "admin,               create, websocketnodetunings, false",
    "admin,               delete, websocketnodetunings, false",
    "wstuning-node-admin, create, websocketnodetunings, true",
    "wstuning-node-admin, delete, websocketnodetunings, true",
    "wstuning-node-admin, patch,  websocketnodestates, false",
    "view,                list,   websocketnodestates, true",
    "admin,               patch,  websocketnodestates, false",
    "view,                list,   websocketnodereports, true",
    "admin,               patch,  websocketnodereports, false",
    "wstuning-node-admin, patch,  websocketnodereports, false",
    "view,                list,   websocketpodplans, true",
    "admin,               patch,  websocketpodplans, false",
  })
  void nodeTuningsAreWrittenByAdministratorsOfTheCluster(
      String role, String verb, String resource, boolean allowed) {
    assertThat(may(user(role), verb, "wstuning.dev", resource, "")).isEqualTo(allowed);
  }

  @ParameterizedTest
  @CsvSource({
    "get,    wstuning.dev, websocketnodestates, '',     true",
    "watch,  wstuning.dev, websocketnodestates, '',     true",
    "patch,  wstuning.dev, websocketnodestates, status, true",
    "patch,  wstuning.dev, websocketnodestates, '',     false",
    "create, wstuning.dev, websocketnodestates, '',     false",
    "delete, wstuning.dev, websocketnodestates, '',     false",
    "get,    wstuning.dev, websocketnodetunings, '',     false",
    "get,    '',           nodes,                '',     false",
    "patch,  '',           nodes,                '',     false",
    "list,   '',           pods,                 '',     false",
    "get,    '',           secrets,              '',     false",
    "create, '',           pods,                 '',     false",
  })
  void theNodeAgentReadsItsObjectAndWritesItsStatus(
      String verb, String group, String resource, String subresource, boolean allowed) {
    assertThat(may(AGENT, verb, group, resource, subresource)).isEqualTo(allowed);
  }

  private static String user(String role) {
    return "wstuning-test-cluster-" + role;
  }

  private static boolean may(
      String user, String verb, String group, String resource, String subresource) {
    return stage.may(user, "", verb, group, resource, subresource, "");
  }
}
