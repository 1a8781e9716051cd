package dev.wstuning.operator.importing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The command line of import. */
class ImportArgumentsTest {

  private static ImportArguments of(String line) {
    return ImportArguments.of(line == null ? List.of() : List.of(line.split(" ")));
  }

  @Test
  void namesOfFilesAreEnough() {
    assertThat(of("a.conf -"))
        .isEqualTo(
            new ImportArguments(
                List.of("a.conf", "-"),
                Optional.empty(),
                "websocket-server",
                Optional.empty(),
                Map.of("app", "websocket-server"),
                false));
  }

  @Test
  void everyOptionMayHaveAnEqualsSignOrNot() {
    ImportArguments expected =
        new ImportArguments(
            List.of("a"),
            Optional.of(FileKind.LIMITS),
            "chat",
            Optional.of("talk"),
            Map.of("app.kubernetes.io/name", "chat", "part", "streaming"),
            true);

    assertThat(
            of(
                "--kind limits --name chat --namespace talk --selector app.kubernetes.io/name=chat"
                    + " --selector part=streaming a"))
        .isEqualTo(expected);
    assertThat(
            of(
                "--kind=limits --name=chat --namespace=talk --selector=app.kubernetes.io/name=chat"
                    + " a --selector=part=streaming"))
        .isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    ", 'no file is named: write for example /etc/sysctl.conf, or - for standard input'",
    "--kind ini a, '--kind is sysctl, limits or unit, not \"ini\"'",
    "--name Chat a, '--name takes small letters, digits and hyphens, not \"Chat\": write for example chat'",
    "--namespace a/b a, '--namespace takes small letters, digits and hyphens, not \"a/b\": write for example chat'",
    "--selector app a, '--selector takes one label, not \"app\": write for example app=chat'",
    "'--selector a=b,c=d a', '--selector takes one label, not \"a=b,c=d\": write for example app=chat'",
    "--dry-run=1 a, there is no option --dry-run: see import --help",
    "-x a, there is no option -x: see import --help",
    "a --name, --name needs a value: see import --help",
  })
  void aMistakeLeadsToWhatToWriteInstead(String line, String message) {
    assertThatThrownBy(() -> of(line))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }
}
