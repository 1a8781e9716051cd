package dev.wstuning.operator.importing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What files become, line by line. */
class TranslationTest {

  private static final Path USUAL = Path.of("src/test/resources/importing/usual");

  private static Translation translate(String... files) {
    List<ImportedFile> all = new ArrayList<>();
    for (String file : files) {
      all.add(new ImportedFile("file" + (all.size() + 1), file));
    }
    return Translation.of(all, ImportArguments.of(List.of("x")));
  }

  private static String manifest(String... files) {
    return translate(files).manifest();
  }

  @Test
  void theFilesOfAUsualMachine() throws IOException {
    List<ImportedFile> files = new ArrayList<>();
    for (String name : List.of("sysctl.conf", "limits.conf", "server.service")) {
      files.add(new ImportedFile(name, Files.readString(USUAL.resolve(name))));
    }
    Translation translation =
        Translation.of(
            files,
            ImportArguments.of(
                List.of("--name=chat", "--namespace", "talk", "--selector=app=chat", "files")));

    assertThat(USUAL.resolve("expected.yaml")).hasContent(translation.manifest());
    assertThat(translation.complete()).isFalse();
  }

  @Test
  void theCaseFromTheField() throws IOException {
    Path folder = Path.of("../e2e/field");
    List<ImportedFile> files = new ArrayList<>();
    for (String name : List.of("sysctl.conf", "limits.conf")) {
      files.add(new ImportedFile(name, Files.readString(folder.resolve(name))));
    }
    Translation translation =
        Translation.of(
            files,
            ImportArguments.of(
                List.of(
                    "--name=chat",
                    "--namespace=field-sysctl-conf",
                    "--selector=app=chat",
                    "files")));

    assertThat(Files.readString(folder.resolve("sysctl-conf.yaml")))
        .endsWith(translation.manifest());
  }

  @Test
  void aLongLineLeavesRoomForTheReason() {
    assertThat(manifest("net.core.somaxconn=512\n" + "a".repeat(5000)))
        .containsPattern("file1:2: a{100}\\.\\.\\.: it is no setting: write KEY = VALUE");
  }

  @Test
  void whatIsTakenAsItIsHasNoRemark() {
    Translation translation =
        translate(
            "net.ipv4.tcp_keepalive_time=300\nnet.ipv4.tcp_keepalive_intvl=10\n"
                + "net.ipv4.tcp_keepalive_probes=5\n");

    assertThat(translation.complete()).isTrue();
    assertThat(translation.manifest())
        .startsWith("apiVersion: ")
        .contains("keepalive: {timeSeconds: 300, intervalSeconds: 10, probes: 5}")
        .doesNotContain("WebSocketNodeTuning", "sysctls");
  }

  @ParameterizedTest
  @CsvSource({
    "net.ipv4.tcp_keepalive_time=300, 300, 75, 9",
    "net.ipv4.tcp_keepalive_intvl=10, 7200, 10, 9",
    "net.ipv4.tcp_keepalive_probes=5, 7200, 75, 5",
  })
  void theRestOfKeepaliveIsTheKernelsDefault(String line, int time, int interval, int probes) {
    assertThat(manifest(line))
        .contains(
            "keepalive: {timeSeconds: %d, intervalSeconds: %d, probes: %d}"
                .formatted(time, interval, probes),
            "the kernel's default");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "net.nf_conntrack_max",
        "net.ipv4.ip_conntrack_max",
        "net.netfilter.nf_conntrack_max",
        "net/nf_conntrack_max",
        "-net.ipv4.netfilter.ip_conntrack_max"
      })
  void everyNameOfAKeyIsUnderstood(String name) {
    assertThat(manifest(name + " = 262144"))
        .contains("- {name: net.netfilter.nf_conntrack_max, value: \"262144\"}");
  }

  @Test
  void aDotIsPartOfANameIfSlashesSeparate() {
    assertThat(manifest("net/ipv4/conf/eth0.100/rp_filter = 1"))
        .contains("# Left out:\n#   file1:1: net.ipv4.conf.eth0/100.rp_filter: routing");
  }

  @ParameterizedTest
  @CsvSource({
    "net.core.somaxconn = 2147483648, from 1 to 2147483647",
    "net.core.wmem_max = 16384, less could break programs of the node",
    "net.ipv4.tcp_rmem = 4096 87380 65536, 3 ascending whole numbers",
    "net.ipv4.tcp_retries2 = 010, a whole number from 3 to 255",
    "net.ipv4.tcp_retries2 =, not nothing",
    "net.ipv4.tcp_sack = 1, 1 by default",
    "net.ipv6.bindv6only = 1, TCP over IPv6 has the keys net.ipv4.tcp_*",
    "net.ipv4.tcp_abc_never_heard_of = 1, neither resource takes it",
    "kernel.shmall = 1, IPC namespace",
    "vm.laptop_mode = 1, set it where you set up the nodes",
    "nonsense, write KEY = VALUE",
    "= 3, write KEY = VALUE",
  })
  void aLineThatIsLeftOutSaysWhy(String line, String why) {
    Translation translation =
        Translation.of(
            List.of(new ImportedFile("a", line)),
            ImportArguments.of(List.of("--kind=sysctl", "a")));

    assertThat(translation.complete()).isFalse();
    assertThat(translation.manifest())
        .startsWith("# Left out:\n#   a:1: ")
        .contains(why)
        .doesNotContain("kind:");
  }

  @Test
  void ofSeveralFilesTheLastCounts() {
    assertThat(manifest("net.core.somaxconn=1024", "net.core.somaxconn=4096"))
        .contains("{name: net.core.somaxconn, value: \"4096\"}")
        .contains("file1:1: net.core.somaxconn: file2:1 sets it again, and the last one counts")
        .doesNotContain("\"1024\"");
  }

  @ParameterizedTest
  @CsvSource({
    "* - nofile 65536, 65536",
    "* soft nofile 65536, 65536",
    "* hard nofile 65536, 65536",
    "* soft nofile 1024|* hard nofile 65536, 65536",
    "* soft nofile 20000|* hard nofile 65536, 20000",
    "* soft nofile 20000|* hard nofile unlimited, 20000",
    "* hard nofile 65536|* soft nofile 65536, 65536",
    "* - nofile 100000|* - nofile 65536, 65536",
    "chat - nofile 65536|* - nofile 100000, 100000",
    "[Service]|LimitNOFILE=524288, 524288",
    "[Service]|LimitNOFILE=1024:524288, 524288",
    "[Service]|LimitNOFILE=65536:524288, 65536",
    "[Service]|LimitNOFILE=infinity|LimitNOFILE=|LimitNOFILE=4096, 4096",
    "[Manager]|DefaultLimitNOFILE=1024:524288, 524288",
  })
  void aLimitBecomesTheMinimumThatWasMeant(String lines, long minimum) {
    assertThat(manifest(lines.replace('|', '\n')))
        .contains("openFiles: {minimum: %d}\n".formatted(minimum))
        .contains("openFiles: {maximum: %d}\n".formatted(Math.max(1024, minimum)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "* - nofile unlimited",
        "* - nofile -1",
        "* soft nofile infinity",
        "LimitNOFILE=infinity",
        "LimitNOFILE=infinity:infinity",
        "* - nofile 63",
        "* - nofile 1073741817",
        "* - nofile 99999999999999999999",
        "* - nofile many",
        "LimitNOFILE=1:2:3",
        "LimitNOFILE=1:",
        "LimitNOFILE=64K",
        "* - nofile",
      })
  void aLimitThatIsNoNumberOfUseIsLeftOut(String line) {
    Translation translation = translate("[Service]\n" + line, "* soft nproc 1\n" + line);

    assertThat(translation.complete()).isFalse();
    assertThat(translation.manifest())
        .contains(":2: ")
        .contains(": write ")
        .doesNotContain("kind:");
  }

  @Test
  void aLimitAboveFsNrOpenRaisesThatFirst() {
    assertThat(manifest("LimitNOFILE=2000000"))
        .contains("{name: fs.nr_open, value: \"2000000\"}")
        .contains("no limit may be above fs.nr_open");
    assertThat(manifest("LimitNOFILE=2000000", "fs.nr_open=20000500"))
        .contains("{name: fs.nr_open, value: \"20000500\"}")
        .doesNotContain("no limit may be above fs.nr_open");
    assertThat(manifest("LimitNOFILE=1048576")).doesNotContain("fs.nr_open");
  }

  @Test
  void linesOfAUnitThatAreAboutOtherThingsAreNamedInShort() {
    Translation translation =
        translate("[Unit]\nDescription=x\n\n[Service]\nExecStart=/x\nLimitNOFILE=4096\nUser=x\n");

    assertThat(translation.complete()).isTrue();
    assertThat(translation.manifest()).contains("#   file1:1-2,4-5,7\n");
  }

  @Test
  void nothingFromAFileCanEndItsComment() {
    assertThat(manifest("a.b\u0085kind = Pod\u2028x\u0000=1", "a.c\u2029=2\rkind: Pod\n"))
        .satisfies(
            text ->
                assertThat(text.split("[\n\r\u0085\u2028\u2029]"))
                    .allSatisfy(line -> assertThat(line).startsWith("#")));
  }

  @Test
  void aFileWithoutSettingsBecomesAComment() {
    assertThat(translate("# nothing\n\n"))
        .isEqualTo(
            new Translation(
                "# No line sets anything that a WebSocketTuning or a WebSocketNodeTuning has.\n",
                true));
  }

  @Test
  void aFileOfNoKnownKindIsRefused() {
    assertThatThrownBy(() -> translate("hello world"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "file1 has no line like those of sysctl.conf, limits.conf or a unit of systemd: write"
                + " --kind sysctl, --kind limits or --kind unit");
  }
}
