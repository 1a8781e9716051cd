package dev.wstuning.e2e.support;

import io.fabric8.kubernetes.api.model.NodeSystemInfo;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.lang.management.ManagementFactory;
import java.lang.management.OperatingSystemMXBean;
import java.util.Locale;

/** The machine that something is measured on. */
public final class Machine {

  private static final String NODE = "wstuning-node";

  private Machine() {}

  /** In words, with how busy it is before the measurement. */
  public static String describe(KubernetesClient client) {
    NodeSystemInfo node = client.nodes().withName(NODE).require().getStatus().getNodeInfo();
    OperatingSystemMXBean host = ManagementFactory.getOperatingSystemMXBean();
    return String.format(
        Locale.ROOT,
        "Linux %s, Kubernetes %s, %s, %d cores that had a load average of %.1f before the run",
        node.getKernelVersion().replaceAll("-.*", ""), // the builder's suffix
        node.getKubeletVersion(),
        node.getContainerRuntimeVersion().replace("://", " "),
        host.getAvailableProcessors(),
        host.getSystemLoadAverage());
  }
}
