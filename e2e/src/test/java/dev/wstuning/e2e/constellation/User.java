package dev.wstuning.e2e.constellation;

/**
 * Which user the containers of a pod have. Null is what the pod or the image says.
 *
 * @see <a href="https://kubernetes.io/docs/tasks/configure-pod-container/security-context/">the
 *     container's wins over the pod's</a>
 */
enum User {
  ROOT("root", 0L, null, null),
  POD("the pod's", 1000L, null, null),
  CONTAINER("the container's", null, 2000L, 2000L),
  EACH("another for each container", 1000L, 2000L, 2001L);

  final String title;
  final Long pod;
  final Long server;
  final Long sidecar;

  User(String title, Long pod, Long server, Long sidecar) {
    this.title = title;
    this.pod = pod;
    this.server = server;
    this.sidecar = sidecar;
  }
}
