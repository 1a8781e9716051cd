package dev.wstuning.operator.condition;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;

/**
 * Puts things of which the same is known into groups.
 *
 * @param <K> what is known
 * @param <V> a thing
 */
public final class Groups<K, V> {

  private final Map<K, Group<K, V>> groups = new LinkedHashMap<>();

  /**
   * Things of which the same is known.
   *
   * @param finding on each of them
   * @param members in the order in which they were added
   */
  public record Group<K, V>(K common, Finding finding, List<V> members) {

    /** The first few, as examples. */
    public List<V> first(int number) {
      return members.subList(0, Math.min(number, members.size()));
    }
  }

  /**
   * @param finding the same for everything of which {@code common} is known
   */
  public void add(K common, Finding finding, V member) {
    groups
        .computeIfAbsent(common, c -> new Group<>(c, finding, new ArrayList<>()))
        .members()
        .add(member);
  }

  public int size() {
    return groups.size();
  }

  /**
   * How many groups have at least that number of members.
   *
   * @param from how many of the groups that were made first do not count
   */
  public int ofAtLeast(int members, int from) {
    return (int)
        groups.values().stream().skip(from).filter(g -> g.members().size() >= members).count();
  }

  /**
   * The groups for which there is room: the worst first, and of those that are equally bad the
   * largest.
   *
   * @param most how many groups may be shown
   * @param room how much their sizes may come to
   */
  public List<Group<K, V>> worst(int most, int room, ToIntFunction<K> size) {
    List<Group<K, V>> shown = new ArrayList<>();
    int used = 0;
    for (Group<K, V> group : worstFirst()) {
      used += size.applyAsInt(group.common());
      if (shown.size() == most || used > room) {
        break;
      }
      shown.add(group);
    }
    return shown;
  }

  private List<Group<K, V>> worstFirst() {
    return groups.values().stream()
        .sorted(
            Comparator.comparing((Group<K, V> g) -> g.finding(), Finding.WORST_FIRST)
                .thenComparing(g -> -g.members().size()))
        .toList();
  }
}
