package dev.wstuning.e2e.constellation;

/** Which processes a server has: functions of layout.py. */
enum Layout {
  ONE("one process"),
  SUPERVISOR("a supervisor, and the server with another limit"),
  MASTER("a master, and two workers with another limit"),
  SHARED("three workers with `SO_REUSEPORT`, one without keepalive"),
  DROPPING("binds as root, then drops its user");

  final String title;

  Layout(String title) {
    this.title = title;
  }

  String argument() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }
}
