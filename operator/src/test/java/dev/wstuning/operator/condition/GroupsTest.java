package dev.wstuning.operator.condition;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class GroupsTest {

  private enum Why implements Reason {
    ILL,
    WELL
  }

  private static final Finding GOOD = Finding.good(Why.WELL, "all is well");
  private static final Finding BAD = Finding.bad(Why.ILL, "off", "look");

  private final Groups<String, Integer> groups = new Groups<>();

  @Test
  void theWorstComeFirstAndOfEquallyBadOnesTheLargest() {
    groups.add("good", GOOD, 1);
    groups.add("one bad", BAD, 2);
    groups.add("two bad", BAD, 3);
    groups.add("two bad", BAD, 4);

    assertThat(shown(3, 100)).containsExactly("two bad", "one bad", "good");
  }

  @Test
  void whatHasNoRoomIsLeftOutWithAllThatFollows() {
    groups.add("12345", BAD, 1);
    groups.add("123456", BAD, 2);
    groups.add("1", GOOD, 3);

    assertThat(shown(1, 100)).containsExactly("12345");
    assertThat(shown(3, 10)).containsExactly("12345");
    assertThat(shown(3, 11)).containsExactly("12345", "123456");
  }

  @Test
  void theFirstMembersAreExamples() {
    for (int member = 1; member <= 4; member++) {
      groups.add("all", GOOD, member);
    }

    assertThat(groups.worst(1, 100, String::length).get(0).first(3)).containsExactly(1, 2, 3);
  }

  private List<String> shown(int most, int room) {
    return groups.worst(most, room, String::length).stream().map(Groups.Group::common).toList();
  }
}
