package dev.wstuning.e2e.support;

/** The API server of the node that e2e/cluster/up starts. */
public final class ApiServer {

  private ApiServer() {}

  /** Stops it. Everything else on the node goes on running. */
  public static void stop() {
    Command.cluster("stop-apiserver");
  }

  /** Starts it if it does not run, and returns when it is ready and the node is. */
  public static void start() {
    Command.cluster("start-apiserver");
  }
}
