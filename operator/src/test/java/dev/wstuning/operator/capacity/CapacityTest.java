package dev.wstuning.operator.capacity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.wstuning.operator.capacity.Capacity.Conntrack;
import dev.wstuning.operator.capacity.Capacity.Limit;
import dev.wstuning.operator.capacity.Capacity.Pod;
import dev.wstuning.operator.capacity.Capacity.Proxies;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CapacityTest {

  private static final long MIB = 1 << 20;

  /** An empty cell: not known. Memory in MiB, conntrack as max/pods, proxies as addresses/ports. */
  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "Phoenix untuned,                   1024,     131072,    ,           ,      ,     960, OpenFiles",
    "Phoenix tuned,                     20000000, 131072,    ,           ,      , 19999936, OpenFiles",
    "Phoenix tuned with 40 KiB each,    20000000, 131072,  40,           ,      , 2992591, Memory",
    "Phoenix beside a default conntrack,20000000, 131072,  40,  262144/1,      ,  262144, Conntrack",
    "Kemal tuned,                       67024,          ,    ,           ,      ,   66960, OpenFiles",
    "Kemal behind one proxy,            67024,          ,    ,           ,  1/1,   28232, Ports",
    "Kemal behind two proxies,          67024,          ,    ,           ,  2/1,   56464, Ports",
    "Kemal behind three proxies,        67024,          ,    ,           ,  3/1,   66960, OpenFiles",
    "Kemal on two ports of one proxy,   67024,          ,    ,           ,  1/2,   56464, Ports",
    "AnyCable as its page has it,       524288,         ,    ,           ,      ,  524224, OpenFiles",
    "AnyCable as Go raises it,          524287,         ,    ,           ,      ,  524223, OpenFiles",
    "AnyCable in 512 MiB,               524287,      512,    ,           ,      ,  108100, Memory",
    "AnyCable in 512 MiB with 30 KiB each,  524287,      512,  30,           ,      ,   15044, Memory",
    "a node that three pods share,      524287,         ,    ,  262144/3,      ,   87381, Conntrack",
    "no room for the process itself,    10,             ,    ,           ,      ,       0, OpenFiles",
  })
  void whatBindsFirst(
      String name,
      long softOpenFiles,
      Long memory,
      Integer kibibytesEach,
      String conntrack,
      String proxies,
      long connections,
      Limit limit) {
    Capacity capacity =
        Capacity.of(
            new Pod(
                new Capacity.OpenFiles(softOpenFiles, 1, false),
                memory == null ? OptionalLong.empty() : OptionalLong.of(memory * MIB),
                kibibytesEach == null
                    ? OptionalLong.empty()
                    : OptionalLong.of(kibibytesEach * 1024L),
                pair(conntrack).map(pair -> new Conntrack(pair[0], pair[1])),
                pair(proxies).map(pair -> new Proxies(pair[0], pair[1]))));

    assertThat(capacity.connections()).isEqualTo(connections);
    assertThat(capacity.bindsFirst()).isEqualTo(limit);
  }

  @Test
  void everyBoundSaysWhatItAssumesAndTheNarrowestIsFirst() {
    Capacity capacity =
        Capacity.of(
            new Pod(
                new Capacity.OpenFiles(15_000, 1, false),
                OptionalLong.of(512 * MIB),
                OptionalLong.of(30 * 1024),
                Optional.of(new Conntrack(262_144, 3)),
                Optional.of(new Proxies(2, 1))));

    assertThat(capacity.bounds())
        .extracting(b -> "%s %d: %s".formatted(b.limit(), b.connections(), b.assumption()))
        .containsExactly(
            "OpenFiles 14936: a soft limit of 15000, of which the process needs 64 for itself",
            "Memory 15044: a memory limit of 512 MiB, 4.85 KiB in the kernel and 30 KiB in the"
                + " server for each connection, and nothing else",
            "Ports 56464: likely proxies with 2 addresses connect to 1 port, from 28232 source"
                + " ports each (default ip_local_port_range)",
            "Conntrack 87381: at most: nf_conntrack_max of 262144 on the node, shared by 3 selected"
                + " pods and everything else there");
  }

  @Test
  void withoutTheApplicationsPartMemoryIsAtMost() {
    Capacity capacity =
        Capacity.of(
            new Pod(
                new Capacity.OpenFiles(1_048_576, 1, false),
                OptionalLong.of(512 * MIB),
                OptionalLong.empty(),
                Optional.empty(),
                Optional.empty()));

    assertThat(capacity.bounds().get(0).assumption())
        .isEqualTo(
            "a memory limit of 512 MiB, 4.85 KiB in the kernel for each connection;"
                + " the server's own need is unknown, because connections.memoryEach is not set");
  }

  @ParameterizedTest
  @CsvSource({
    "15000, 11948, false", // four fifths of 14936 are 11948.8
    "15000, 11949, true",
    "15000, 20000, true",
    "15000, 0, false",
    "64, 0, true", // no room for any
    "9223372036854775807, 9223372036854775807, true",
  })
  void nearIsFromFourFifthsOn(long softOpenFiles, long connections, boolean near) {
    Capacity capacity = Capacity.of(openFilesAlone(softOpenFiles));

    assertThat(capacity.isNear(connections)).isEqualTo(near);
  }

  @Test
  void numbersThatAPodMakesUpOverflowNothing() {
    Capacity capacity =
        Capacity.of(
            new Pod(
                new Capacity.OpenFiles(Long.MAX_VALUE, 1, false),
                OptionalLong.of(Long.MAX_VALUE),
                OptionalLong.of(1L << 30),
                Optional.of(new Conntrack(Long.MAX_VALUE, Integer.MAX_VALUE)),
                Optional.of(new Proxies(Integer.MAX_VALUE, 65_535))));

    assertThat(capacity.bounds()).allSatisfy(b -> assertThat(b.connections()).isPositive());
  }

  @Test
  void aLimitThatAnEventLoopPerhapsCannotUseIsNoPromise() {
    assertThat(Capacity.of(openFilesAlone(15_000, true)).bounds().get(0).assumption())
        .isEqualTo(
            "a soft limit of 15000, of which the process needs 64 for itself, and an event loop"
                + " other than select(2), which ends at descriptor 1023");
  }

  @Test
  void aNodeWithoutPodsIsRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> new Conntrack(262_144, 0));
  }

  private static Pod openFilesAlone(long soft) {
    return openFilesAlone(soft, false);
  }

  private static Pod openFilesAlone(long soft, boolean perhapsSelect) {
    return new Pod(
        new Capacity.OpenFiles(soft, 1, perhapsSelect),
        OptionalLong.empty(),
        OptionalLong.empty(),
        Optional.empty(),
        Optional.empty());
  }

  /** {@code a/b}. */
  private static Optional<int[]> pair(String numbers) {
    return Optional.ofNullable(numbers)
        .map(n -> Arrays.stream(n.split("/")).mapToInt(Integer::parseInt).toArray());
  }
}
