package dev.wstuning.operator.pod.selection;

import io.fabric8.kubernetes.api.model.Namespace;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a namespace admits, read from its labels. Defaults that an administrator gave the whole
 * cluster are not visible there; if they refuse a pod, the circuit breaker sees it.
 *
 * @param podSecurityLevel the enforced Pod Security level: privileged, baseline or restricted
 * @param pinnedMinor the y of the version 1.y as of which it is enforced; empty for the latest
 */
public record NamespacePolicy(String podSecurityLevel, OptionalInt pinnedMinor) {

  private static final String ENFORCE = "pod-security.kubernetes.io/enforce";
  private static final String ENFORCE_VERSION = "pod-security.kubernetes.io/enforce-version";
  private static final Set<String> KNOWN = Set.of("privileged", "baseline", "restricted");

  /** ParseVersion() in k8s.io/pod-security-admission; everything else is the latest there, too. */
  private static final Pattern VERSION = Pattern.compile("v1\\.(0|[1-9][0-9]{0,4})");

  public static NamespacePolicy of(Namespace namespace) {
    Map<String, String> labels =
        Objects.requireNonNullElse(namespace.getMetadata().getLabels(), Map.of());
    String level = labels.getOrDefault(ENFORCE, "privileged");
    Matcher version = VERSION.matcher(labels.getOrDefault(ENFORCE_VERSION, "latest"));
    return new NamespacePolicy(
        // The API server reads a level that it does not know as restricted.
        KNOWN.contains(level) ? level : "restricted",
        version.matches()
            ? OptionalInt.of(Integer.parseInt(version.group(1)))
            : OptionalInt.empty());
  }
}
