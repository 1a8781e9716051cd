package dev.wstuning.operator.condition;

import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Rules in order: the first that finds something decides.
 *
 * @param <S> what is judged
 * @param <F> what is found
 */
public record Rules<S, F>(List<Function<S, Optional<F>>> rules) {

  /** Rules that compare with something given, such as an expectation. */
  public static <G, S, F> Rules<S, F> given(G given, List<BiFunction<G, S, Optional<F>>> rules) {
    return new Rules<>(
        rules.stream()
            .<Function<S, Optional<F>>>map(rule -> subject -> rule.apply(given, subject))
            .toList());
  }

  /**
   * @param otherwise the result if no rule finds anything
   */
  public F judge(S subject, Supplier<F> otherwise) {
    for (Function<S, Optional<F>> rule : rules) {
      Optional<F> found = rule.apply(subject);
      if (found.isPresent()) {
        return found.get();
      }
    }
    return otherwise.get();
  }

  /** What each of the rules finds. */
  public Stream<F> all(S subject) {
    return rules.stream().flatMap(rule -> rule.apply(subject).stream());
  }
}
