package dev.wstuning.operator.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class InternerTest {

  private final Interner interner = new Interner();

  @Test
  void equalValuesBecomeOne() {
    String first = copy("chat");

    assertThat(interner.shared(first)).isSameAs(first);
    assertThat(interner.shared(copy("chat"))).isSameAs(first);
    assertThat(interner.shared("other")).isEqualTo("other");
    assertThat(interner.shared(List.of("chat"))).containsExactly("chat");
  }

  @Test
  void itDoesNotGrowForEver() {
    String first = copy("chat");
    interner.shared(first);

    IntStream.range(0, 20_000).forEach(i -> interner.shared("value " + i));

    assertThat(interner.shared(copy("chat"))).isEqualTo("chat").isNotSameAs(first);
  }

  private static String copy(String text) {
    return new String(text.toCharArray());
  }
}
