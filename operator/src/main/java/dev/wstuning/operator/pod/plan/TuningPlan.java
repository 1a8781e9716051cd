package dev.wstuning.operator.pod.plan;

import dev.wstuning.operator.api.v1alpha1.WebSocketTuningSpec.TuningError;
import dev.wstuning.operator.sysctl.Setting;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What a new pod gets.
 *
 * @param mechanism by what {@code settings} are made
 * @param reason why this mechanism, as a sentence for the status
 * @param settings the sysctls to set, in a fixed order
 * @param sockets what is set on accepted sockets, and by what; empty if nothing is
 * @param openFiles what is done for the open files limit; empty if nothing is
 * @param notPossible wishes that the mechanism cannot fulfil, as sentences for the status
 * @param onError what the init container does when the kernel refuses a setting
 */
public record TuningPlan(
    SysctlMechanism mechanism,
    String reason,
    List<Setting> settings,
    Optional<SocketMechanism> sockets,
    Optional<OpenFilesPlan> openFiles,
    List<String> notPossible,
    TuningError onError) {

  /** Whether a pod is changed at all. */
  public boolean injects() {
    return mechanism != SysctlMechanism.NONE || sockets.isPresent() || openFiles.isPresent();
  }

  /**
   * Names the desired values, and nothing that changes without them: pods keep their hash when the
   * operator or its image is replaced. Twelve hexadecimal digits.
   */
  public String hash() {
    String desired =
        settings.stream()
            .map(Setting::toString)
            .collect(
                Collectors.joining(
                    "\n",
                    mechanism + "\n" + onError + "\n",
                    sockets.map(s -> "\n" + s.label() + " " + s).orElse("")
                        + openFiles.map(o -> "\n" + o).orElse("")));
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(desired.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, 6);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
