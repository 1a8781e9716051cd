package dev.wstuning.operator.importing;

import dev.wstuning.operator.sysctl.NodeSysctl;
import java.util.List;
import java.util.Map;

/** The names that a key has in files. */
public final class KeyName {

  /** Older names, and names of what is the same number today, by the name that resources have. */
  public static final Map<String, List<String>> OTHERS =
      Map.of(
          NodeSysctl.NF_CONNTRACK_MAX.key(),
          List.of(
              "net.nf_conntrack_max",
              "net.ipv4.ip_conntrack_max",
              "net.ipv4.netfilter.ip_conntrack_max"));

  private KeyName() {}

  /**
   * A key as it was written, with dots. If the first separator is a slash, slashes separate and
   * dots belong to names, as sysctl(8) has it; a leading {@code -} only means that errors do not
   * matter.
   */
  static String dotted(String written) {
    String key = written.startsWith("-") ? written.substring(1).strip() : written;
    int slash = key.indexOf('/');
    int dot = key.indexOf('.');
    return slash >= 0 && (dot < 0 || slash < dot) ? swapped(key) : key;
  }

  /** The name that resources have for it. */
  static String today(String dotted) {
    return OTHERS.entrySet().stream()
        .filter(e -> e.getValue().contains(dotted))
        .map(Map.Entry::getKey)
        .findFirst()
        .orElse(dotted);
  }

  private static String swapped(String key) {
    return key.replace('.', '\0').replace('/', '.').replace('\0', '/');
  }
}
