package dev.wstuning.operator.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * {@code methods}: how pods may be tuned. The lists are sets: the operator takes the first method
 * that suffices, in an order of its own. A list has no default in the schema, because a stored
 * default would exclude every later method. An absent list stands for the methods that change
 * neither command nor environment of the server.
 */
@ValidationRule(
    value =
        "!has(self.privilege) || self.privilege != 'Unprivileged' || !has(self.sockets)"
            + " || size(self.sockets) != 1 || self.sockets[0] != 'Programs'",
    message =
        "sockets: [Programs] needs a privileged init container, which privilege: Unprivileged"
            + " forbids: write sockets: [Preload] or [], or privilege: Auto")
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Methods(
    @Default("Auto")
        @JsonPropertyDescription(
            "Whether pods may get a privileged init container. Privileged: always."
                + " Unprivileged: never; then only sysctls that Kubernetes calls safe can be"
                + " set, in the pod's security context. Auto: privileged if the namespace's Pod"
                + " Security level admits it, otherwise unprivileged.")
        Privilege privilege,
    @Size(max = 3)
        @JsonPropertyDescription(
            "What may set keepalive and user timeout on the server's sockets. Programs: two"
                + " eBPF programs on the pod's cgroup, attached by the privileged init"
                + " container. Preload: a small library in LD_PRELOAD of the server's container,"
                + " for pods without a privileged init container or if Programs is not listed."
                + " It replaces an LD_PRELOAD of the image, does nothing for statically linked"
                + " servers, and is left out if the pod sets LD_PRELOAD itself. Absent:"
                + " [Programs]. []: nothing.")
        List<SocketMethod> sockets,
    @Size(max = 3)
        @JsonPropertyDescription(
            "What may change the server's open files limit. NodeAgent: the node agent, if a"
                + " WebSocketNodeTuning grants open files. Launcher: a small program raises the"
                + " soft limit up to the hard one, then starts the server; the pod must state a"
                + " command. Preload: the preload library does so, but not for statically linked"
                + " servers. Absent: [NodeAgent]. []: nothing.")
        List<OpenFilesMethod> openFiles) {

  /** The methods of a resource without {@code methods}. */
  public static final Methods DEFAULT = new Methods(null, null, null);

  /** Whether pods may get a privileged init container. */
  public enum Privilege {
    Auto,
    Privileged,
    Unprivileged
  }

  /** What sets options on the sockets that a server accepts, the preferred first. */
  public enum SocketMethod {
    Programs,
    Preload
  }

  /** What changes the open files limit, the preferred first. */
  public enum OpenFilesMethod {
    NodeAgent,
    Launcher,
    Preload
  }

  public Privilege privilegeOrDefault() {
    return privilege == null ? Privilege.Auto : privilege;
  }

  /** The allowed methods for sockets, the preferred first. */
  public Set<SocketMethod> allowedSockets() {
    return sockets == null ? EnumSet.of(SocketMethod.Programs) : set(sockets, SocketMethod.class);
  }

  /** The allowed methods for open files, the preferred first. */
  public Set<OpenFilesMethod> allowedOpenFiles() {
    return openFiles == null
        ? EnumSet.of(OpenFilesMethod.NodeAgent)
        : set(openFiles, OpenFilesMethod.class);
  }

  /** A value that only a newer version knows is skipped. */
  private static <E extends Enum<E>> Set<E> set(List<E> given, Class<E> type) {
    Set<E> set = EnumSet.noneOf(type);
    given.stream().filter(type::isInstance).forEach(set::add);
    return set;
  }
}
