package dev.wstuning.operator;

import dev.wstuning.operator.importing.ImportArguments;
import dev.wstuning.operator.importing.ImportedFile;
import dev.wstuning.operator.importing.Translation;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** {@code import}: reads files that tune a machine, and prints resources. It needs no cluster. */
final class ImportCommand {

  static final String NAME = "import";

  private static final int INCOMPLETE = 1;
  private static final int WRONG_USE = 2;
  private static final int MOST_BYTES = 1 << 20;

  private final InputStream in;
  private final PrintStream out;
  private final PrintStream errors;

  ImportCommand(InputStream in, PrintStream out, PrintStream errors) {
    this.in = in;
    this.out = out;
    this.errors = errors;
  }

  /** With the streams of this process. */
  static ImportCommand ofProcess() {
    return new ImportCommand(System.in, System.out, System.err);
  }

  /**
   * @param arguments those after {@code import}
   * @return the exit code
   */
  int run(List<String> arguments) {
    if (arguments.contains("--help") || arguments.contains("-h")) {
      out.print(ImportArguments.USAGE);
      return 0;
    }
    try {
      ImportArguments parsed = ImportArguments.of(arguments);
      List<ImportedFile> files = new ArrayList<>();
      for (String file : parsed.files()) {
        files.add(read(file));
      }
      Translation translation = Translation.of(files, parsed);
      out.print(translation.manifest());
      if (out.checkError()) {
        throw new IllegalArgumentException(
            "the output cannot be written: is there room where it goes?");
      }
      return translation.complete() ? 0 : INCOMPLETE;
    } catch (IllegalArgumentException e) {
      errors.println("import: " + e.getMessage());
      return WRONG_USE;
    }
  }

  private ImportedFile read(String file) {
    String name = file.equals("-") ? "stdin" : file;
    try (InputStream stream = file.equals("-") ? in : Files.newInputStream(Path.of(file))) {
      byte[] content = stream.readNBytes(MOST_BYTES + 1);
      if (content.length > MOST_BYTES) {
        throw new IllegalArgumentException(
            "%s has more than %d bytes: name a file of settings".formatted(name, MOST_BYTES));
      }
      return new ImportedFile(name, new String(content, StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "%s cannot be read (%s): name a file that can, or - for standard input"
              .formatted(name, e.getClass().getSimpleName()),
          e);
    }
  }
}
