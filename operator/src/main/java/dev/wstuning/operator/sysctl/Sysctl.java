package dev.wstuning.operator.sysctl;

import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/**
 * The closed list of sysctls that may be set in a pod. All of them belong to the network namespace,
 * none to the node. No value that the kernel takes is too large, except that keepalive ends where
 * the socket options end, and switches where their meaning ends; tcp_fin_timeout is in seconds, of
 * which a kernel with 1000 ticks a second takes the fewest. Some lower bounds are those of common
 * sense. They are written only here; the CRD and the tuner's own list are checked against them.
 */
public enum Sysctl implements SysctlKey {
  TCP_KEEPALIVE_TIME("net.ipv4.tcp_keepalive_time", 1, 1, 32767, 29),
  TCP_KEEPALIVE_INTVL("net.ipv4.tcp_keepalive_intvl", 1, 1, 32767, 29),
  TCP_KEEPALIVE_PROBES("net.ipv4.tcp_keepalive_probes", 1, 1, 127, 29),
  TCP_FIN_TIMEOUT("net.ipv4.tcp_fin_timeout", 1, 1, 2_147_483, 29),
  TCP_RETRIES2("net.ipv4.tcp_retries2", 1, 3, 255, Sysctl.NEVER),
  TCP_RTO_MAX_MS("net.ipv4.tcp_rto_max_ms", 1, 1000, 120_000, Sysctl.NEVER),
  SOMAXCONN("net.core.somaxconn", 1, 1, 2_147_483_647, Sysctl.NEVER),
  TCP_MAX_SYN_BACKLOG("net.ipv4.tcp_max_syn_backlog", 1, 1, 2_147_483_647, Sysctl.NEVER),
  TCP_MAX_TW_BUCKETS("net.ipv4.tcp_max_tw_buckets", 1, 1, 2_147_483_647, Sysctl.NEVER),
  TCP_TW_REUSE("net.ipv4.tcp_tw_reuse", 1, 0, 2, Sysctl.NEVER),
  TCP_SYN_RETRIES("net.ipv4.tcp_syn_retries", 1, 1, 127, Sysctl.NEVER),
  TCP_SYNCOOKIES("net.ipv4.tcp_syncookies", 1, 0, 2, 4),
  TCP_SLOW_START_AFTER_IDLE("net.ipv4.tcp_slow_start_after_idle", 1, 0, 1, 37),
  TCP_NOTSENT_LOWAT("net.ipv4.tcp_notsent_lowat", 1, 1, 4_294_967_295L, 37),
  IP_LOCAL_PORT_RANGE("net.ipv4.ip_local_port_range", 2, 1024, 65_535, 4),
  TCP_RMEM("net.ipv4.tcp_rmem", 3, 1024, 2_147_483_647, 32),
  TCP_WMEM("net.ipv4.tcp_wmem", 3, 1024, 2_147_483_647, 32);

  private static final int NEVER = Integer.MAX_VALUE;
  private static final Pattern BLANKS = Pattern.compile("\\s+");

  private final Bounds bounds;
  private final int safeSinceMinor;

  Sysctl(String key, int fields, long min, long max, int safeSinceMinor) {
    this.bounds = new Bounds(key, fields, min, max);
    this.safeSinceMinor = safeSinceMinor;
  }

  @Override
  public Bounds bounds() {
    return bounds;
  }

  /**
   * Whether a kubelet of Kubernetes 1.{@code minor} accepts this key in a pod's security context
   * without a setting of its own: the "safe" set of kubelet/sysctl/safe_sysctls.go. Other keys make
   * the pod fail with SysctlForbidden.
   */
  public boolean safeIn(int minor) {
    return minor >= safeSinceMinor;
  }

  /** The y of the first Kubernetes 1.y that calls it safe; empty if none does. */
  public OptionalInt safeSince() {
    return safeSinceMinor == NEVER ? OptionalInt.empty() : OptionalInt.of(safeSinceMinor);
  }

  /** Whether {@code keepalive} sets this key, so that {@code sysctls} must not have it. */
  public boolean keepalive() {
    return this == TCP_KEEPALIVE_TIME
        || this == TCP_KEEPALIVE_INTVL
        || this == TCP_KEEPALIVE_PROBES;
  }

  public static Optional<Sysctl> ofKey(String key) {
    return Arrays.stream(values()).filter(s -> s.key().equals(key)).findFirst();
  }

  /** Replaces the tabs of the kernel by single spaces, as in plans and reports. */
  public static String normalise(String value) {
    for (int i = 0; i < value.length(); i++) {
      if (value.charAt(i) <= ' ') {
        return BLANKS.matcher(value.trim()).replaceAll(" ");
      }
    }
    return value;
  }
}
