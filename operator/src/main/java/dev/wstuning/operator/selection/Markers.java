package dev.wstuning.operator.selection;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EphemeralContainer;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.zip.CRC32;

/** The names by which the operator recognises what it put into a pod. */
public final class Markers {

  /** Annotation: the tuning that tuned the pod. */
  public static final String TUNING = "wstuning.dev/tuning";

  /** Annotation: the hash of the plan that the pod got. */
  public static final String PLAN = "wstuning.dev/plan";

  /**
   * Annotation: why the pod's server was not given the library or launcher that its tuning allows.
   */
  public static final String NO_PRELOAD = "wstuning.dev/no-preload";

  /** Annotation of the NRI plugin ulimit-adjuster, before the name of the container it is about. */
  public static final String ULIMITS_OF = "ulimits.noderesource.dev/container.";

  /** Annotation: container=n, the most open files that the node's agent lets it have. */
  public static final String OPEN_FILES_MAXIMUM = "wstuning.dev/open-files-maximum";

  /**
   * The longest name of a container for which the node's agent can be asked: the name part of an
   * annotation's key has at most 63 characters, and begins with {@code container.}
   */
  public static final int LONGEST_REQUESTED_NAME = 53;

  /** Where the server's container has that volume. */
  public static final String VOLUME_PATH = "/wstuning";

  /** The launcher, where the server's container finds it. */
  public static final String LAUNCHER = VOLUME_PATH + "/tuner";

  /** The volume through which library and launcher reach the server. */
  public static final String VOLUME = "wstuning";

  /** Annotation of a tuning: any new text has its pods observed again. */
  public static final String OBSERVE = "wstuning.dev/observe";

  /** Annotation of a tuning: any new text ends a suspension of injection. */
  public static final String RETRY = "wstuning.dev/retry";

  /** The init container that tunes. */
  public static final String INIT_CONTAINER = "wstuning";

  /** Prefix of the ephemeral containers that observe. */
  public static final String OBSERVER_PREFIX = "wst-observe-";

  /** Annotation with which a pod says which of its containers kubectl means by default. */
  static final String DEFAULT_CONTAINER = "kubectl.kubernetes.io/default-container";

  /** Annotation of the mirror pods that a kubelet makes of its static pods. */
  static final String MIRROR = "kubernetes.io/config.mirror";

  /** The commands that the init container may be given. */
  private static final Set<String> COMMANDS = Set.of("apply", "preload");

  private Markers() {}

  /**
   * Whether this init container is one of ours, of this or another version: a pod may be made from
   * a copy of a tuned one.
   */
  public static boolean isTuner(Container container, String tunerImage) {
    return container.getName().equals(INIT_CONTAINER)
        && repository(container.getImage()).equals(repository(tunerImage))
        && container.getArgs() != null
        && !container.getArgs().isEmpty()
        && COMMANDS.contains(container.getArgs().get(0));
  }

  /**
   * Names one start of a server container: a new start has a new container id. {@code request} is
   * what a user wrote to have it observed again, or nothing.
   */
  public static String startToken(String containerId, String request) {
    CRC32 crc = new CRC32();
    crc.update((containerId + "\n" + request).getBytes(StandardCharsets.UTF_8));
    return "%08x".formatted(crc.getValue());
  }

  static boolean isObserver(EphemeralContainer container) {
    return container.getName().startsWith(OBSERVER_PREFIX);
  }

  /** The image reference without tag and digest. */
  private static String repository(String image) {
    if (image == null) {
      return "";
    }
    String name = image.split("@", 2)[0];
    int colon = name.lastIndexOf(':');
    return colon > name.lastIndexOf('/') ? name.substring(0, colon) : name;
  }
}
