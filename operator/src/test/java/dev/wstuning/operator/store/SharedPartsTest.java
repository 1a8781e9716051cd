package dev.wstuning.operator.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class SharedPartsTest {

  public record Port(int number, String state, Long connections) {}

  public record Status(String name, List<Port> ports, List<String> words) {}

  private final SharedParts shared = new SharedParts();

  @Test
  void whatIsSharedIsEqual() {
    Status status = status("a", 7L);

    assertThat(shared.of(status)).isEqualTo(status);
    assertThat(shared.of(new Status(null, null, new ArrayList<>())))
        .isEqualTo(new Status(null, null, List.of()));
    Status withNull = new Status(null, null, Arrays.asList("a", null));
    assertThat(shared.of(withNull)).isEqualTo(withNull);
  }

  /** Each write of a status makes another, and old ones must go. */
  @Test
  void theWholeIsNotKept() {
    assertThat(shared.of(status("a", 7L))).isNotSameAs(shared.of(status("a", 7L)));
  }

  @Test
  void equalPartsAreOneObject() {
    Status first = shared.of(status("a", 7L));
    Status second = shared.of(status("b", 8L));

    assertThat(second.ports().get(0)).isSameAs(first.ports().get(0));
    assertThat(second.ports().get(1)).isNotEqualTo(first.ports().get(1));
    assertThat(second.ports().get(1).state()).isSameAs(first.ports().get(1).state());
    assertThat(second.words()).isSameAs(first.words());
  }

  /** No two have an object in common. */
  private static Status status(String name, long connections) {
    return new Status(
        name,
        new ArrayList<>(
            List.of(new Port(8080, copy("On"), 1L), new Port(9090, copy("Off"), connections))),
        new ArrayList<>(List.of(copy("one"), copy("two"))));
  }

  private static String copy(String text) {
    return new String(text.toCharArray());
  }
}
