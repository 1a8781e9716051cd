package dev.wstuning.operator.condition;

import java.util.ArrayList;
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
    List<Function<S, Optional<F>>> bound = new ArrayList<>(rules.size());
    rules.forEach(rule -> bound.add(subject -> rule.apply(given, subject)));
    return new Rules<>(bound);
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
