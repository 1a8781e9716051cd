package dev.wstuning.e2e.support;

import dev.wstuning.e2e.Cluster;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A command of the host, run to its end. */
public final class Command {

  private Command() {}

  /** What a command left. */
  public record Result(int code, String output) {}

  /** Its output; an error of the command is an error of the test. */
  public static String run(String... command) {
    Result result = attempt(command);
    if (result.code() != 0) {
      throw new AssertionError(
          "%s ended with %d:%n%s"
              .formatted(String.join(" ", command), result.code(), result.output()));
    }
    return result.output();
  }

  /** Its exit code and output. */
  public static Result attempt(String... command) {
    try {
      Process process = new ProcessBuilder(List.of(command)).redirectErrorStream(true).start();
      process.getOutputStream().close();
      CompletableFuture<String> output =
          CompletableFuture.supplyAsync(() -> output(process), task -> new Thread(task).start());
      if (!process.waitFor(Deadline.COMMAND.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new AssertionError(
            "%s did not end:%n%s"
                .formatted(
                    String.join(" ", command),
                    output
                        .completeOnTimeout("(children hold its output)", 5, TimeUnit.SECONDS)
                        .join()));
      }
      return new Result(process.exitValue(), output.join());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  private static String output(Process process) {
    try {
      return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static String kubectl(String... arguments) {
    return cluster("kubectl", arguments);
  }

  public static Result attemptKubectl(String... arguments) {
    return attempt(inCluster("kubectl", arguments));
  }

  /** Runs one of the executables of e2e/cluster. */
  public static String cluster(String executable, String... arguments) {
    return run(inCluster(executable, arguments));
  }

  private static String[] inCluster(String executable, String... arguments) {
    String[] command = new String[arguments.length + 1];
    command[0] = Cluster.root().resolve("e2e/cluster").resolve(executable).toString();
    System.arraycopy(arguments, 0, command, 1, arguments.length);
    return command;
  }
}
