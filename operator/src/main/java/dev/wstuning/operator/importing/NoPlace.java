package dev.wstuning.operator.importing;

import java.util.ArrayList;
import java.util.List;

/**
 * Keys that people copy into sysctl.conf and that no resource takes, with the reason. The page on
 * importing is rendered from them.
 */
public enum NoPlace {
  TCP_TW_RECYCLE(
      "removed in Linux 4.12; before that it dropped connections of clients behind a common NAT."
          + " Leave it out",
      "net.ipv4.tcp_tw_recycle"),
  ON_BY_DEFAULT(
      "1 by default",
      "net.ipv4.tcp_window_scaling",
      "net.ipv4.tcp_timestamps",
      "net.ipv4.tcp_sack",
      "net.ipv4.tcp_moderate_rcvbuf"),
  DEFAULT_BUFFERS(
      "not for TCP, whose default is the second number of `tcp_rmem` and `tcp_wmem`",
      "net.core.rmem_default",
      "net.core.wmem_default"),
  NOT_TCP(
      "not for connections of TCP",
      "net.core.optmem_max",
      "net.ipv4.udp_mem",
      "net.ipv4.udp_rmem_min",
      "net.ipv4.udp_wmem_min"),
  SHORT_LIVED(
      "short-lived states; they bound neither the number of connections nor the life of a dead one",
      "net.ipv4.tcp_orphan_retries",
      "net.ipv4.tcp_retries1",
      "net.ipv4.tcp_synack_retries"),
  SPEED(
      "how fast busy connections are, not how many or for how long",
      "net.ipv4.tcp_congestion_control",
      "net.core.default_qdisc"),
  NOT_OPEN_CONNECTIONS(
      "no effect on connections that stay open",
      "net.ipv4.tcp_fastopen",
      "net.ipv4.tcp_mtu_probing",
      "net.ipv4.tcp_no_metrics_save"),
  RESERVED_PORTS("a pod has all ports for itself", "net.ipv4.ip_local_reserved_ports"),
  NETWORK_CARD(
      "packets of a busy network card: measure on the node, and set them there",
      "net.core.netdev_budget",
      "net.core.rps_sock_flow_entries"),
  TRACKED_FOR(
      "kube-proxy sets it when it starts (`conntrack.tcpEstablishedTimeout`)",
      "net.netfilter.nf_conntrack_tcp_timeout_established"),
  TRACKING_TABLE(
      "`hashsize` of the kernel module; kube-proxy sets it with `nf_conntrack_max`",
      "net.netfilter.nf_conntrack_buckets"),
  ROUTING(
      "routing: the business of the CNI plugin and the node",
      "net.ipv4.ip_forward",
      "net.ipv4.conf.all.rp_filter",
      "net.ipv6.conf.all.disable_ipv6"),
  EPOLL(
      "sockets that epoll watches: a share of the memory by default, 5.4 million with 23 GiB",
      "fs.epoll.max_user_watches"),
  FILES(
      "files, not sockets",
      "fs.inotify.max_user_watches",
      "fs.inotify.max_user_instances",
      "fs.aio-max-nr"),
  MAPPINGS("memory mappings: a connection needs none", "vm.max_map_count"),
  MEMORY(
      "memory of the node: containers have limits of their own",
      "vm.swappiness",
      "vm.overcommit_memory",
      "vm.min_free_kbytes",
      "vm.dirty_ratio"),
  THREADS(
      "for a thread per connection; a pod's are bounded by the kubelet (`podPidsLimit`)",
      "kernel.pid_max",
      "kernel.threads-max"),
  IPC(
      "part of the pod's IPC namespace: use the pod's own `securityContext.sysctls`, if the"
          + " kubelet allows it",
      "kernel.shmmax",
      "kernel.msgmax",
      "kernel.sem");

  private final String why;
  private final List<String> keys;

  NoPlace(String why, String first, String... others) {
    this.why = why;
    this.keys = new ArrayList<>(List.of(first));
    this.keys.addAll(List.of(others));
  }

  /** The reason, as the page has it. */
  public String why() {
    return why;
  }

  public List<String> keys() {
    return List.copyOf(keys);
  }

  /** Why no resource takes a key, also one that is not listed. */
  static String of(String key) {
    for (NoPlace known : values()) {
      if (known.keys.contains(key)) {
        return known.why.replace("`", "");
      }
    }
    return family(key);
  }

  private static String family(String key) {
    if (key.matches("kernel\\.(shm|msg|sem).*|fs\\.mqueue\\..*")) {
      return IPC.why.replace("`", "");
    }
    if (key.startsWith("net.ipv4.conf.") || key.startsWith("net.ipv6.")) {
      return ROUTING.why + ". TCP over IPv6 has the keys net.ipv4.tcp_*";
    }
    return key.startsWith("net.")
        ? "neither resource takes it. A value of the node does not reach pods; if the server needs"
            + " it, use the pod's own securityContext.sysctls, if the kubelet allows it"
        : "neither resource takes it: if your nodes need it, set it where you set up the nodes";
  }
}
