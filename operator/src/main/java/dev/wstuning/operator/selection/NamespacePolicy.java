package dev.wstuning.operator.selection;

import io.fabric8.kubernetes.api.model.Namespace;
import java.util.Map;
import java.util.Set;

/**
 * What a namespace admits, read from its labels. Defaults that an administrator gave the whole
 * cluster are not visible there; where they refuse a pod, the circuit breaker sees it.
 *
 * @param podSecurityLevel the enforced Pod Security level: privileged, baseline or restricted
 */
public record NamespacePolicy(String podSecurityLevel) {

  private static final String ENFORCE = "pod-security.kubernetes.io/enforce";
  private static final Set<String> KNOWN = Set.of("privileged", "baseline", "restricted");

  public static NamespacePolicy of(Namespace namespace) {
    Map<String, String> labels = namespace.getMetadata().getLabels();
    String level = labels == null ? null : labels.get(ENFORCE);
    if (level == null) {
      return new NamespacePolicy("privileged");
    }
    // The API server reads a level that it does not know as restricted.
    return new NamespacePolicy(KNOWN.contains(level) ? level : "restricted");
  }

  public boolean admitsPrivileged() {
    return podSecurityLevel.equals("privileged");
  }
}
