package dev.wstuning.operator.pod.plan;

import dev.wstuning.operator.api.v1alpha1.Methods;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningSpec;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningSpec.OperatorDown;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningSpec.TuningError;
import dev.wstuning.operator.deadpeer.Keepalive;
import dev.wstuning.operator.sysctl.Sysctl;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Names what a resource wants of pods, and nothing else: neither the cluster's version nor the
 * namespace's labels, images or wording change it, so that none of these restarts a pod. Written as
 * {@code v1:} and twelve hexadecimal digits.
 *
 * <p>An encoder stays for ever, because pods carry its hashes: a change of the encoding is a new
 * version next to it. A field that is absent, or has the default that the CRD would store, is not
 * encoded, so that a new field changes no hash.
 */
public final class PlanHash {

  private static final String VERSION_1 = "v1:";

  private PlanHash() {}

  /** The hash that new pods get. */
  public static String of(WebSocketTuningSpec spec) {
    return VERSION_1 + digest(version1(spec));
  }

  /** Whether {@code hash} is of an encoding that this version of the operator knows. */
  public static boolean isKnown(String hash) {
    return hash.startsWith(VERSION_1);
  }

  private static Map<String, String> version1(WebSocketTuningSpec spec) {
    Wishes wishes = new Wishes();
    wishes.add("applicationKeepalive", spec.applicationKeepalive());
    if (spec.connections() != null) {
      wishes.add("connections.perPod", spec.connections().perPod());
      spec.connections().memoryEachBytes().ifPresent(n -> wishes.add("connections.memoryEach", n));
    }
    wishes.add("container", spec.container());
    if (spec.deadPeers() != null) {
      wishes.add("deadPeers.withinSeconds", spec.deadPeers().withinSeconds());
    }
    if (spec.keepalive() != null) {
      wishes.add("keepalive", Keepalive.of(spec.keepalive()));
    }
    if (spec.openFiles() != null) {
      wishes.add("openFiles.minimum", spec.openFiles().minimum());
      wishes.add("openFiles.maximum", spec.openFiles().maximum());
    }
    wishes.add("userTimeoutSeconds", spec.userTimeoutSeconds());
    spec.sysctlsOrEmpty()
        .forEach(s -> wishes.add("sysctls." + s.name(), Sysctl.normalise(s.value())));
    Methods methods = spec.methodsOrDefault();
    wishes.addUnless(Methods.Privilege.Auto, "methods.privilege", methods.privilegeOrDefault());
    wishes.addSet("methods.sockets", methods.sockets());
    wishes.addSet("methods.openFiles", methods.openFiles());
    wishes.addUnless(OperatorDown.Admit, "onFailure.operatorDown", spec.operatorDownOrDefault());
    wishes.addUnless(TuningError.Start, "onFailure.tuningError", spec.tuningErrorOrDefault());
    return wishes.encoded;
  }

  private static String digest(Map<String, String> encoded) {
    String text =
        encoded.entrySet().stream()
            .map(e -> e.getKey() + "=" + e.getValue())
            .collect(Collectors.joining("\n"));
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, 6);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** Those that are there, by name. */
  private static final class Wishes {
    private final Map<String, String> encoded = new TreeMap<>();

    void add(String name, Object value) {
      if (value != null) {
        encoded.put(name, value.toString());
      }
    }

    void addUnless(Object usual, String name, Object value) {
      if (!value.equals(usual)) {
        add(name, value);
      }
    }

    /** An empty one is a wish, too. */
    void addSet(String name, List<? extends Enum<?>> values) {
      Optional.ofNullable(values)
          .map(given -> given.stream().map(Enum::name).sorted().distinct().toList())
          .ifPresent(names -> add(name, names));
    }
  }
}
