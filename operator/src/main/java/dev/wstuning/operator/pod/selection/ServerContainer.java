package dev.wstuning.operator.pod.selection;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Which container of a pod runs the server. */
public final class ServerContainer {

  private ServerContainer() {}

  /**
   * As asked, as the pod says, or the only one; empty where that does not tell.
   *
   * @param asked the container named in the resource; null if none is
   */
  public static Optional<String> of(
      String asked, Map<String, String> annotations, List<String> containers) {
    String wanted =
        asked != null || annotations == null ? asked : annotations.get(Markers.DEFAULT_CONTAINER);
    if (wanted != null) {
      return Optional.of(wanted).filter(containers::contains);
    }
    return containers.size() == 1 ? Optional.of(containers.get(0)) : Optional.empty();
  }
}
