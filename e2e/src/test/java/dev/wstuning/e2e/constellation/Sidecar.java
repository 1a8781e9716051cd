package dev.wstuning.e2e.constellation;

/** What else is in the pod. */
enum Sidecar {
  NONE("none"),
  LISTENING("listens on 7070"),
  SHARING_PROCESSES("listens on 7070, `shareProcessNamespace`");

  static final String PORT = "7070";

  final String title;

  Sidecar(String title) {
    this.title = title;
  }
}
