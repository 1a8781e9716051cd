package dev.wstuning.operator.node.plan;

import dev.wstuning.operator.api.v1alpha1.WebSocketNodeStateSpec;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeTuningSpec;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeTuningSpec.Pods;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeTuningSpec.Policy;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeTuningStatus.Settled;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeTuningStatus.SettledSetting;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What one node tuning sets, apart from where.
 *
 * @param sysctls the values by key
 * @param maximum the highest limit of open files that may be granted; empty if none may
 * @param pods whether pods may be tuned
 */
public record Settings(SortedMap<String, Value> sysctls, Optional<Long> maximum, boolean pods) {

  /** What one key should have. */
  public record Value(String value, Policy policy) {}

  private static final int REVISION_BYTES = 4;

  /** What a node tuning wants now. */
  public static Settings of(WebSocketNodeTuningSpec spec) {
    SortedMap<String, Value> sysctls = new TreeMap<>();
    spec.sysctlsOrEmpty()
        .forEach(s -> sysctls.put(s.name(), new Value(s.value(), s.policyOrDefault())));
    return new Settings(
        sysctls, Optional.ofNullable(spec.openFiles()).map(o -> o.maximum()), spec.podsAllowed());
  }

  /** What a node tuning wanted when its last waves were over. */
  public static Settings of(Settled settled) {
    SortedMap<String, Value> sysctls = new TreeMap<>();
    settled.sysctlsOrEmpty().forEach(s -> sysctls.put(s.name(), new Value(s.value(), s.policy())));
    return new Settings(
        sysctls, Optional.ofNullable(settled.openFilesMaximum()), settled.pods() == Pods.Allowed);
  }

  /** What the orders of a node have of this tuning. */
  public static Settings of(String tuning, WebSocketNodeStateSpec told) {
    SortedMap<String, Value> sysctls = new TreeMap<>();
    told.sysctlsOrEmpty().stream()
        .filter(s -> s.tuning().equals(tuning))
        .forEach(s -> sysctls.put(s.name(), new Value(s.value(), s.policy())));
    return new Settings(
        sysctls,
        Optional.ofNullable(told.openFiles())
            .filter(g -> g.tuning().equals(tuning))
            .map(g -> g.maximum()),
        told.pods() != null && told.pods().tuning().equals(tuning));
  }

  public static Settings none() {
    return new Settings(new TreeMap<>(), Optional.empty(), false);
  }

  public boolean isEmpty() {
    return sysctls.isEmpty() && maximum.isEmpty() && !pods;
  }

  /** As the status of the tuning has them. */
  public Settled settled() {
    return new Settled(
        sysctls.entrySet().stream()
            .map(e -> new SettledSetting(e.getKey(), e.getValue().value(), e.getValue().policy()))
            .toList(),
        maximum.orElse(null),
        pods ? Pods.Allowed : null);
  }

  /** Only what {@code wanted} sets, too, with the values of this. */
  public Settings within(Settings wanted) {
    SortedMap<String, Value> common = new TreeMap<>(sysctls);
    common.keySet().retainAll(wanted.sysctls.keySet());
    return new Settings(
        common, maximum.filter(m -> wanted.maximum.isPresent()), pods && wanted.pods);
  }

  /** Only what the orders of a node have of other tunings than the one that has {@code own}. */
  Settings whereOthersSet(WebSocketNodeStateSpec told, Settings own) {
    SortedMap<String, Value> lost = new TreeMap<>(sysctls);
    lost.keySet()
        .retainAll(told.sysctlsOrEmpty().stream().map(s -> s.name()).collect(Collectors.toSet()));
    lost.keySet().removeAll(own.sysctls.keySet());
    return new Settings(
        lost,
        maximum.filter(m -> told.openFiles() != null && own.maximum.isEmpty()),
        pods && told.pods() != null && !own.pods);
  }

  /** These, with the values of {@code others} where both set something. */
  public Settings overlaidBy(Settings others) {
    SortedMap<String, Value> all = new TreeMap<>(sysctls);
    all.putAll(others.sysctls);
    return new Settings(all, others.maximum.or(() -> maximum), others.pods || pods);
  }

  /** Whether a node whose orders have {@code own} has all of this, unless others set it there. */
  boolean areIn(Settings own, WebSocketNodeStateSpec told) {
    return sysctls.entrySet().stream()
            .allMatch(
                e ->
                    own.sysctls.containsKey(e.getKey())
                        ? own.sysctls.get(e.getKey()).equals(e.getValue())
                        : told.sysctlsOrEmpty().stream().anyMatch(s -> s.name().equals(e.getKey())))
        && sysctls.keySet().containsAll(own.sysctls.keySet())
        && (own.maximum.equals(maximum) || (own.maximum.isEmpty() && told.openFiles() != null))
        && (own.pods == pods || (pods && told.pods() != null));
  }

  /** Names these settings. Equal ones have equal names. */
  public String revision() {
    String text =
        sysctls.entrySet().stream()
                .map(e -> e.getKey() + "=" + e.getValue().value() + " " + e.getValue().policy())
                .collect(Collectors.joining("\n"))
            + "\nopenFiles="
            + maximum.map(String::valueOf).orElse("")
            // Names of settings without it stay as they were.
            + (pods ? "\npods" : "");
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, REVISION_BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
