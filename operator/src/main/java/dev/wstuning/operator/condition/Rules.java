package dev.wstuning.operator.condition;

import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Rules in order: the first that has something to say decides.
 *
 * @param <S> what is judged
 */
public record Rules<S>(List<Function<S, Optional<Finding>>> rules) {

  /** Rules that judge by what is given, such as what was asked for. */
  public static <G, S> Rules<S> given(G given, List<BiFunction<G, S, Optional<Finding>>> rules) {
    return new Rules<>(
        rules.stream()
            .<Function<S, Optional<Finding>>>map(rule -> subject -> rule.apply(given, subject))
            .toList());
  }

  /**
   * @param otherwise what is found if no rule has something to say
   */
  public Finding judge(S subject, Supplier<Finding> otherwise) {
    return rules.stream()
        .flatMap(rule -> rule.apply(subject).stream())
        .findFirst()
        .orElseGet(otherwise);
  }
}
