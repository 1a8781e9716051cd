package dev.wstuning.operator.node.plan;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which settings of a tuning a node was given, and when. It is written as {@code REVISION.WAVE}.
 *
 * @param revision of the {@link Settings}
 * @param wave of their rollout, from 1; {@link #NO_WAVE} if the node got them outside of all waves
 */
public record Mark(String revision, int wave) {

  public static final int NO_WAVE = 0;

  private static final Pattern FORM = Pattern.compile("([0-9a-f]+)\\.([0-9]{1,6})");

  /** Outside of all waves. */
  public static Mark outside(Settings settings) {
    return new Mark(settings.revision(), NO_WAVE);
  }

  static Optional<Mark> parse(String text) {
    Matcher matcher = FORM.matcher(text);
    return matcher.matches()
        ? Optional.of(new Mark(matcher.group(1), Integer.parseInt(matcher.group(2))))
        : Optional.empty();
  }

  @Override
  public String toString() {
    return revision + "." + wave;
  }
}
