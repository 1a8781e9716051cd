package dev.wstuning.operator.pod.selection;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Which container of a pod runs the server. */
public final class ServerContainer {

  private ServerContainer() {}

  /**
   * The container that the resource names, or the pod's default container, or the only one;
   * otherwise empty.
   *
   * @param asked the container named in the resource; empty if none is
   */
  public static Optional<String> of(
      Optional<String> asked, Map<String, String> annotations, List<String> containers) {
    String wanted = asked.isPresent() ? asked.get() : annotations.get(Markers.DEFAULT_CONTAINER);
    if (wanted != null) {
      return containers.contains(wanted) ? Optional.of(wanted) : Optional.empty();
    }
    return containers.size() == 1 ? Optional.of(containers.get(0)) : Optional.empty();
  }
}
