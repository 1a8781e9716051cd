package dev.wstuning.operator.crd;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Generated files are committed, so that users need no build; with -Dcrds.write=true renewed. */
class CrdsAreCurrentTest {

  @ParameterizedTest
  @MethodSource("paths")
  void aGeneratedFileIsWhatTheCodeSays(String path) throws IOException {
    Supplier<String> content = GeneratedFiles.all().get(path);
    Path file = GeneratedFiles.root().resolve(path);
    if (Boolean.getBoolean("crds.write")) {
      CrdMain.write(file, content.get());
    }

    assertThat(file)
        .as("%s is generated: run `make crds` and commit the result", path)
        .exists()
        .hasContent(content.get());
    assertThat(Files.readString(file)).endsWith("\n");
  }

  static Iterable<String> paths() {
    return GeneratedFiles.all().keySet();
  }
}
