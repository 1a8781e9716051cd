package dev.wstuning.operator.node.agent;

import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.VolumeMountBuilder;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The folders of the NRI sockets, each once, in the order of the sockets. The agent mounts folders
 * because a runtime recreates its socket when it restarts.
 */
record NriFolders(List<String> paths) {

  static NriFolders of(List<String> sockets) {
    return new NriFolders(
        sockets.stream()
            .map(socket -> socket.substring(0, socket.lastIndexOf('/')))
            .distinct()
            .toList());
  }

  List<Volume> volumes() {
    return IntStream.range(0, paths.size()).mapToObj(this::volume).toList();
  }

  List<VolumeMount> mounts() {
    return IntStream.range(0, paths.size()).mapToObj(this::mount).toList();
  }

  private Volume volume(int i) {
    return new VolumeBuilder()
        .withName(name(i))
        .withNewHostPath()
        .withPath(paths.get(i))
        // A node has only the folders of its own runtime, or none if that has no NRI, which the
        // agent reports. With the type Directory, its pod would not start there; without a type,
        // the runtime creates the folder as well.
        .withType("DirectoryOrCreate")
        .endHostPath()
        .build();
  }

  private VolumeMount mount(int i) {
    return new VolumeMountBuilder()
        .withName(name(i))
        // The same path as on the node, so that the path of a socket is the same, too.
        .withMountPath(paths.get(i))
        .withReadOnly(true)
        .build();
  }

  private static String name(int i) {
    return i == 0 ? "nri" : "nri-" + (i + 1);
  }
}
