package dev.wstuning.operator.pod.selection;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EphemeralContainer;
import io.fabric8.kubernetes.api.model.Pod;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.CRC32;

/** The names by which the operator recognises what it put into a pod. */
public final class Markers {

  /** Annotation: the tuning that tuned the pod. */
  public static final String TUNING = "wstuning.dev/tuning";

  /** Annotation: the hash of the plan that the pod got. */
  public static final String PLAN = "wstuning.dev/plan";

  /**
   * Annotation: the request to create the pod, by which a replica recognises that the pod exists.
   */
  public static final String REQUEST = "wstuning.dev/request";

  /** Annotation of a pod that was left untuned: what its tuning's suspension goes by. */
  public static final String SUSPENDED = "wstuning.dev/suspended";

  /**
   * Annotation: why the pod's server was not given the library or launcher that its tuning allows.
   */
  public static final String NO_PRELOAD = "wstuning.dev/no-preload";

  /**
   * Annotation: the image of the init container as it was injected, which a registry mirror may
   * rewrite afterwards.
   */
  public static final String IMAGE = "wstuning.dev/tuner-image";

  /** Annotation of the NRI plugin ulimit-adjuster, before the name of the container it is about. */
  public static final String ULIMITS_OF = "ulimits.noderesource.dev/container.";

  /** Annotation: container=n, the most open files that the node's agent lets it have. */
  public static final String OPEN_FILES_MAXIMUM = "wstuning.dev/open-files-maximum";

  /**
   * The longest name of a container for which a limit can be requested from the node's agent: the
   * name part of an annotation's key has at most 63 characters, and begins with {@code container.}
   */
  public static final int LONGEST_REQUESTED_NAME = 53;

  /** Where the server's container has that volume. */
  public static final String VOLUME_PATH = "/wstuning";

  /** The launcher, where the server's container finds it. */
  public static final String LAUNCHER = VOLUME_PATH + "/tuner";

  /** The volume through which library and launcher reach the server. */
  public static final String VOLUME = "wstuning";

  /** Annotation of a tuning: with any new text its pods are observed again. */
  public static final String OBSERVE = "wstuning.dev/observe";

  /** Annotation of a tuning: any new text ends a suspension of injection. */
  public static final String RETRY = "wstuning.dev/retry";

  /** The init container that tunes. */
  public static final String INIT_CONTAINER = "wstuning";

  /** Prefix of the ephemeral containers that observe. */
  public static final String OBSERVER_PREFIX = "wst-observe-";

  /** Annotation with which a pod says which of its containers kubectl means by default. */
  public static final String DEFAULT_CONTAINER = "kubectl.kubernetes.io/default-container";

  /** Annotation of the mirror pods that a kubelet makes of its static pods. */
  public static final String MIRROR = "kubernetes.io/config.mirror";

  /** The commands that the init container may be given. */
  private static final Set<String> COMMANDS = Set.of("apply", "preload");

  /** Their first argument, before the hash of the plan. */
  public static final String PLAN_ARGUMENT = "--plan=";

  private Markers() {}

  /**
   * Whether an init container of {@code pod} is one of ours, of this or another version, by the
   * pod's annotations and the container's name and arguments. Its image proves nothing: mirrors and
   * digest policies rewrite it, and an operator may come from another registry than the one before.
   * A pod may be made from a copy of a tuned one.
   */
  public static boolean isTuner(Pod pod, Container container) {
    Map<String, String> annotations = pod.getMetadata().getAnnotations();
    List<String> arguments = container.getArgs();
    return annotations != null
        && annotations.containsKey(TUNING)
        && annotations.containsKey(PLAN)
        && container.getName().equals(INIT_CONTAINER)
        && arguments != null
        && arguments.size() > 1
        && COMMANDS.contains(arguments.get(0))
        && arguments.get(1).startsWith(PLAN_ARGUMENT);
  }

  /** A name of eight hexadecimal digits for a text, which any replica gives it. */
  public static String token(String... lines) {
    return HexFormat.of().toHexDigits(number(lines));
  }

  /** The same as a number. */
  public static int number(String... lines) {
    CRC32 crc = new CRC32();
    crc.update(String.join("\n", lines).getBytes(StandardCharsets.UTF_8));
    return (int) crc.getValue();
  }

  public static boolean isObserver(EphemeralContainer container) {
    return container.getName().startsWith(OBSERVER_PREFIX);
  }
}
