package dev.wstuning.e2e.support;

import io.fabric8.kubernetes.api.model.NodeSystemInfo;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.lang.management.ManagementFactory;
import java.lang.management.OperatingSystemMXBean;
import java.util.Locale;

/** The machine that something is measured on. */
public final class Machine {

  private static final String NODE = "wstuning-node";
  private static final OperatingSystemMXBean HOST = ManagementFactory.getOperatingSystemMXBean();

  private Machine() {}

  /** In words. */
  public static String describe(KubernetesClient client) {
    NodeSystemInfo node = client.nodes().withName(NODE).require().getStatus().getNodeInfo();
    return "Linux %s, Kubernetes %s, %s, %d cores"
        .formatted(
            node.getKernelVersion().replaceAll("-.*", ""), // the builder's suffix
            node.getKubeletVersion(),
            node.getContainerRuntimeVersion().replace("://", " "),
            HOST.getAvailableProcessors());
  }

  /** How busy it is, as a number to one decimal place. */
  public static String load() {
    return String.format(Locale.ROOT, "%.1f", HOST.getSystemLoadAverage());
  }
}
