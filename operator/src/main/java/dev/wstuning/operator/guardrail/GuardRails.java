package dev.wstuning.operator.guardrail;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Limits for all tunings, from a ConfigMap. A value that cannot be read counts as the strictest
 * one: it is unknown what it was meant to keep out.
 *
 * @param never namespaces that are never touched, regardless of the ConfigMap
 * @param untouched the other ones
 * @param privilege why no container may be privileged; empty if one may
 * @param change why nothing may be changed in any namespace; empty if it may
 */
public record GuardRails(
    Set<String> never,
    Set<String> untouched,
    Optional<Refusal> privilege,
    Optional<Refusal> change) {

  /** The name of the ConfigMap, in the operator's namespace. */
  public static final String CONFIG_MAP = "wstuning-guard-rails";

  private static final String PRIVILEGE = "maxPrivilege";
  private static final String NAMESPACES = "untouchedNamespaces";
  private static final Pattern NAMESPACE = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");
  private static final Pattern SEPARATOR = Pattern.compile("[,\\s]+");

  private static final Refusal CAPPED =
      new Refusal(
          "the cluster's administrator allows no privileged containers (%s is Unprivileged in the ConfigMap %s)"
              .formatted(PRIVILEGE, CONFIG_MAP),
          "have the cluster's administrator set %s to Privileged in the ConfigMap %s"
              .formatted(PRIVILEGE, CONFIG_MAP));

  /** Those that hold if the ConfigMap has no data. */
  public static GuardRails none(Set<String> never) {
    return of(never, Map.of());
  }

  /**
   * @param data of the ConfigMap
   */
  public static GuardRails of(Set<String> never, Map<String, String> data) {
    Set<String> untouched =
        SEPARATOR
            .splitAsStream(data.getOrDefault(NAMESPACES, ""))
            .filter(name -> !name.isEmpty())
            .collect(Collectors.toCollection(TreeSet::new));
    return new GuardRails(
        never,
        untouched,
        privilege(data.getOrDefault(PRIVILEGE, "Privileged").strip()),
        unknownKey(data).or(() -> noNamespace(untouched)));
  }

  private static Optional<Refusal> privilege(String maximum) {
    return switch (maximum) {
      case "Privileged" -> Optional.empty();
      case "Unprivileged" -> Optional.of(CAPPED);
      default ->
          mistake(
              "%s is \"%s\", which allows no privileged containers".formatted(PRIVILEGE, maximum),
              "write Privileged or Unprivileged");
    };
  }

  private static Optional<Refusal> unknownKey(Map<String, String> data) {
    return new TreeSet<>(data.keySet())
        .stream()
            .filter(key -> !key.equals(PRIVILEGE) && !key.equals(NAMESPACES))
            .findFirst()
            .flatMap(
                key ->
                    mistake(
                        "the key %s is not known, so no namespace is touched".formatted(key),
                        "write %s or %s".formatted(PRIVILEGE, NAMESPACES)));
  }

  private static Optional<Refusal> noNamespace(Set<String> names) {
    return names.stream()
        .filter(name -> !NAMESPACE.matcher(name).matches())
        .findFirst()
        .flatMap(
            name ->
                mistake(
                    "%s contains \"%s\", which is no name of a namespace, so no namespace is touched"
                        .formatted(NAMESPACES, name),
                    "write names separated by commas or white space"));
  }

  private static Optional<Refusal> mistake(String what, String instead) {
    return Optional.of(
        new Refusal(
            "in the ConfigMap %s %s: %s".formatted(CONFIG_MAP, what, instead),
            "have the cluster's administrator correct the ConfigMap " + CONFIG_MAP));
  }

  /** What is wrong with the ConfigMap, and what to write instead. */
  Stream<String> mistakes() {
    return Stream.concat(privilege.filter(r -> !r.equals(CAPPED)).stream(), change.stream())
        .map(Refusal::why);
  }

  /** What is allowed in a namespace. */
  public Allowance in(String namespace) {
    return new Allowance(privilege, change(namespace));
  }

  private Optional<Refusal> change(String namespace) {
    if (never.contains(namespace)) {
      return Optional.of(
          new Refusal(
              "the operator never changes pods of namespace " + namespace,
              "create the tuning in another namespace"));
    }
    return untouched.contains(namespace)
        ? Optional.of(
            new Refusal(
                "the cluster's administrator lets the operator change nothing in namespace %s (%s in the ConfigMap %s)"
                    .formatted(namespace, NAMESPACES, CONFIG_MAP),
                "create the tuning in another namespace"))
        : change;
  }
}
