package dev.wstuning.operator.pod.observation;

import dev.wstuning.operator.pod.selection.Markers;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The name of an observer. All replicas that decide that one is due give it the same name, so that
 * the API server adds it once.
 *
 * @param start names the start of the server that it was sent to
 * @param question names what it was sent for; 0 in an older name, which is of both
 * @param look {@link #OLDER}, {@link #FIRST}, or a greater number for a later look for the same
 */
public record ObserverName(int start, int question, int look) {

  /** Version 0.2.0 gave the name. */
  public static final int OLDER = 0;

  /** The first look at a start for a question. */
  public static final int FIRST = 1;

  private static final Pattern PATTERN =
      Pattern.compile(Markers.OBSERVER_PREFIX + "([0-9a-f]{8})(?:-([0-9a-f]{8})(?:-([2-9]))?)?");

  static ObserverName of(String container) {
    Matcher parts = PATTERN.matcher(container);
    if (!parts.matches() || parts.group(2) == null) {
      int start = parts.matches() ? number(parts.group(1)) : container.hashCode();
      return new ObserverName(start, 0, OLDER);
    }
    return new ObserverName(
        number(parts.group(1)),
        number(parts.group(2)),
        parts.group(3) == null ? FIRST : Integer.parseInt(parts.group(3)));
  }

  private static int number(String digits) {
    return HexFormat.fromHexDigits(digits);
  }

  /** The start as the observer reports it. */
  public String startText() {
    return HexFormat.of().toHexDigits(start);
  }

  public String text() {
    return Markers.OBSERVER_PREFIX
        + startText()
        + (look == OLDER ? "" : "-" + HexFormat.of().toHexDigits(question))
        + (look > FIRST ? "-" + look : "");
  }
}
