package dev.wstuning.operator.pod.observation;

import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** Loops, because a stream costs more than what it does to a list of one, ten thousand times. */
final class Lists {

  private Lists() {}

  static <T> Optional<T> first(List<T> list, Predicate<T> which) {
    for (T one : list) {
      if (which.test(one)) {
        return Optional.of(one);
      }
    }
    return Optional.empty();
  }
}
