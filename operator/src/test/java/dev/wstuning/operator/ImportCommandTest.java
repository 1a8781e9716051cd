package dev.wstuning.operator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command that imports files. */
class ImportCommandTest {

  @TempDir private Path folder;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream errors = new ByteArrayOutputStream();

  private int run(String in, String... arguments) {
    return new ImportCommand(
            new ByteArrayInputStream(in.getBytes(StandardCharsets.UTF_8)),
            new PrintStream(out),
            new PrintStream(errors))
        .run(List.of(arguments));
  }

  private String file(String content) throws IOException {
    return Files.writeString(folder.resolve("a.conf"), content).toString();
  }

  @Test
  void allOfAFileIsTaken() throws IOException {
    assertThat(run("", file("net.core.somaxconn=4096\n"))).isZero();
    assertThat(out.toString()).contains("net.core.somaxconn");
    assertThat(errors.toString()).isEmpty();
  }

  @Test
  void someOfStandardInputIsLeftOut() {
    assertThat(run("net.core.somaxconn=4096\nvm.swappiness=1\n", "-")).isEqualTo(1);
    assertThat(out.toString()).contains("stdin:2: vm.swappiness", "net.core.somaxconn");
  }

  /** As on a full disk: a part of the manifest must not pass for all of it. */
  @Test
  void anOutputThatCannotBeWrittenIsNoSuccess() throws IOException {
    ImportCommand command =
        new ImportCommand(
            InputStream.nullInputStream(),
            new PrintStream(
                new OutputStream() {
                  @Override
                  public void write(int b) throws IOException {
                    throw new IOException("no space left on device");
                  }
                }),
            new PrintStream(errors));

    assertThat(command.run(List.of(file("net.core.somaxconn=4096\n")))).isEqualTo(2);
    assertThat(errors.toString()).contains("the output cannot be written");
  }

  @Test
  void theHelpNamesEveryOption() {
    assertThat(run("", "--help")).isZero();
    assertThat(out.toString())
        .contains("--kind", "--name", "--namespace", "--selector", "--help", "Exit code");
  }

  @Test
  void nothingIsPrintedIfAFileCannotBeRead() throws IOException {
    String good = file("net.core.somaxconn=4096\n");

    assertThat(run("", good, folder.resolve("none").toString())).isEqualTo(2);
    assertThat(out.toString()).isEmpty();
    assertThat(errors.toString())
        .contains("none cannot be read (NoSuchFileException): name a file that can");
  }

  @Test
  void aFileThatIsTooLongIsRefused() throws IOException {
    assertThat(run("", file("#".repeat((1 << 20) + 1)))).isEqualTo(2);
    assertThat(errors.toString()).contains("more than 1048576 bytes");
  }

  @Test
  void aMistakeIsExplained() {
    assertThat(run("", "--kind=ini", "-")).isEqualTo(2);
    assertThat(errors.toString())
        .isEqualTo("import: --kind is sysctl, limits or unit, not \"ini\"\n");
  }
}
