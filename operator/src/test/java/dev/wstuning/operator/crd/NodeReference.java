package dev.wstuning.operator.crd;

import dev.wstuning.operator.api.v1alpha1.WebSocketNodeReport;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeState;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeTuning;
import dev.wstuning.operator.api.v1alpha1.WebSocketPodPlan;
import dev.wstuning.operator.sysctl.NodeSysctl;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import java.util.Arrays;

/** The part of the reference that is about nodes. */
final class NodeReference {

  private static final String TUNING =
      """

      # WebSocketNodeTuning, wstuning.dev/v1alpha1

      %s It is cluster-scoped; its short name is `wsnt`.

      """;

  private static final String SYSCTLS =
      """

      ## Keys of a node tuning's sysctls

      All of them belong to the node as a whole. With `policy: AtLeast` a value is raised, number by number,
      and never lowered.

      | Key | Value |
      |---|---|
      """;

  private static final String RULES =
      """

      ## What the API server refuses in a node tuning

      """;

  private static final String NODE =
      """

      # WebSocketNodeState, wstuning.dev/v1alpha1

      %s It is cluster-scoped, has the node's name, and its short name is `wsns`.

      """;

  private static final String PLAN =
      """

      # WebSocketPodPlan, wstuning.dev/v1alpha1

      %s It is namespaced.

      """;

  private static final String REPORT =
      """

      # WebSocketNodeReport, wstuning.dev/v1alpha1

      %s It is cluster-scoped.

      """;

  private NodeReference() {}

  static String render() {
    JSONSchemaProps tuning = Crd.schema(WebSocketNodeTuning.class);
    JSONSchemaProps node = Crd.schema(WebSocketNodeState.class);
    JSONSchemaProps plan = Crd.schema(WebSocketPodPlan.class);
    JSONSchemaProps report = Crd.schema(WebSocketNodeReport.class);
    return TUNING.formatted(tuning.getDescription())
        + ReferencePage.table("spec of a WebSocketNodeTuning", "spec", tuning)
        + "\n"
        + ReferencePage.table("status of a WebSocketNodeTuning", "status", tuning)
        + SYSCTLS
        + ReferencePage.lines(Arrays.stream(NodeSysctl.values()).map(NodeReference::row))
        + RULES
        + ReferencePage.lines(ReferencePage.messages(tuning))
        + NODE.formatted(node.getDescription())
        + ReferencePage.table("spec of a WebSocketNodeState", "spec", node)
        + "\n"
        + ReferencePage.table("status of a WebSocketNodeState", "status", node)
        + PLAN.formatted(plan.getDescription())
        + ReferencePage.table("spec of a WebSocketPodPlan", "spec", plan)
        + REPORT.formatted(report.getDescription())
        + ReferencePage.table("status of a WebSocketNodeReport", "status", report);
  }

  private static String row(NodeSysctl sysctl) {
    String value = sysctl.expected().substring((sysctl.key() + " takes ").length());
    return "| `%s` | %s |".formatted(sysctl.key(), value);
  }
}
