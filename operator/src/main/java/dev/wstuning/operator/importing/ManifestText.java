package dev.wstuning.operator.importing;

import dev.wstuning.operator.sysctl.Sysctl;
import dev.wstuning.operator.sysctl.SysctlKey;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Writes a draft as YAML. */
final class ManifestText {

  private final StringBuilder text = new StringBuilder();
  private final Draft draft;
  private final ImportArguments arguments;

  /** Where files come among the others. */
  private final List<String> order;

  private ManifestText(Draft draft, ImportArguments arguments, List<String> order) {
    this.draft = draft;
    this.arguments = arguments;
    this.order = order;
  }

  /**
   * @param order the names of the files as they were read
   */
  static String of(Draft draft, ImportArguments arguments, List<String> order) {
    ManifestText writer = new ManifestText(draft, arguments, order);
    writer.write();
    return writer.text.toString();
  }

  private void write() {
    for (Remark.Kind kind : Remark.Kind.values()) {
      remarks(kind);
    }
    if (draft.tunesPods()) {
      tuning();
    }
    if (draft.tunesPods() && draft.tunesNodes()) {
      text.append("---\n");
    }
    if (draft.tunesNodes()) {
      nodeTuning();
    }
    if (!draft.tunesPods() && !draft.tunesNodes()) {
      text.append("# No line sets anything that a WebSocketTuning or a WebSocketNodeTuning has.\n");
    }
  }

  private void remarks(Remark.Kind kind) {
    List<Remark> all =
        draft.remarks().stream()
            .filter(r -> r.kind() == kind)
            .sorted(
                Comparator.comparingInt((Remark r) -> order.indexOf(r.line().file()))
                    .thenComparingInt(r -> r.line().number()))
            .toList();
    if (all.isEmpty()) {
      return;
    }
    text.append("# ").append(kind.title()).append(":\n");
    if (kind == Remark.Kind.UNRELATED) {
      Ranges.of(all.stream().map(Remark::line).toList()).forEach(r -> comment("  " + r));
    } else {
      all.forEach(
          r -> comment("  %s: %s: %s".formatted(r.line().place(), Words.brief(r.what()), r.why())));
    }
    text.append("#\n");
  }

  private void comment(String line) {
    text.append("# ").append(Words.plain(line)).append('\n');
  }

  private void tuning() {
    head("WebSocketTuning", true);
    String labels =
        arguments.selector().entrySet().stream()
            .map(e -> Words.scalar(e.getKey()) + ": " + Words.scalar(e.getValue()))
            .collect(Collectors.joining(", "));
    text.append("  selector: {matchLabels: {").append(labels).append("}}");
    text.append(arguments.selectorGiven() ? "\n" : " # write the labels of the server's pods\n");
    draft.openFiles().ifPresent(n -> text.append("  openFiles: {minimum: %d}\n".formatted(n)));
    Map<Sysctl, String> all = draft.podSysctls();
    if (all.containsKey(Sysctl.TCP_KEEPALIVE_TIME)) {
      text.append(
          "  keepalive: {timeSeconds: %s, intervalSeconds: %s, probes: %s}\n"
              .formatted(
                  all.get(Sysctl.TCP_KEEPALIVE_TIME),
                  all.get(Sysctl.TCP_KEEPALIVE_INTVL),
                  all.get(Sysctl.TCP_KEEPALIVE_PROBES)));
    }
    List<Sysctl> others = all.keySet().stream().filter(key -> !key.keepalive()).toList();
    if (others.stream().anyMatch(key -> key.safeSince().isEmpty())) {
      text.append(
          "  # Kubernetes calls some of these unsafe: they need a namespace that admits privileged"
              + " pods.\n");
    }
    sysctls(others, all);
  }

  private void nodeTuning() {
    head("WebSocketNodeTuning", false);
    text.append("  nodeSelector: {matchLabels: {kubernetes.io/os: linux}}\n");
    draft
        .openFilesCeiling()
        .ifPresent(n -> text.append("  openFiles: {maximum: %d}\n".formatted(n)));
    if (!draft.nodeSysctls().isEmpty()) {
      text.append(
          "  # Lower values are raised, and higher ones stay; policy: Exactly lowers them, too.\n");
    }
    sysctls(new ArrayList<>(draft.nodeSysctls().keySet()), draft.nodeSysctls());
  }

  private void head(String kind, boolean namespaced) {
    text.append("apiVersion: wstuning.dev/v1alpha1\nkind: ").append(kind).append('\n');
    text.append("metadata:\n  name: ").append(Words.scalar(arguments.name())).append('\n');
    if (namespaced) {
      arguments
          .namespace()
          .ifPresent(n -> text.append("  namespace: ").append(Words.scalar(n)).append('\n'));
    }
    text.append("spec:\n");
  }

  private <K extends SysctlKey> void sysctls(List<K> keys, Map<K, String> values) {
    if (keys.isEmpty()) {
      return;
    }
    text.append("  sysctls:\n");
    keys.forEach(
        key ->
            text.append("  - {name: %s, value: \"%s\"}\n".formatted(key.key(), values.get(key))));
  }
}
