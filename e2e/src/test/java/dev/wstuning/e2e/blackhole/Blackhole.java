package dev.wstuning.e2e.blackhole;

import dev.wstuning.e2e.support.Command;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.awaitility.Awaitility;

/**
 * Drops the packets of single connections between this host and pods, in both directions. The nft
 * table belongs to a child process that ends with this one. The kernel then removes it in any case.
 */
final class Blackhole implements AutoCloseable {

  private final String table = "wstuning-blackhole-" + ProcessHandle.current().pid();
  private final Process nft;
  private final PrintWriter commands;

  Blackhole() {
    try {
      nft = new ProcessBuilder("nft", "-i").redirectErrorStream(true).start();
    } catch (IOException e) {
      throw new UncheckedIOException("start nft", e);
    }
    commands = new PrintWriter(nft.getOutputStream(), true, StandardCharsets.UTF_8);
    commands.println("add table inet %s { flags owner; }".formatted(table));
    commands.println(
        "add set inet %s connections { type ipv4_addr . inet_service; }".formatted(table));
    drop("output", "ip daddr . tcp sport");
    drop("input", "ip saddr . tcp dport");
  }

  private void drop(String hook, String podAndClientPort) {
    commands.println(
        "add chain inet %s %s { type filter hook %s priority 0; }".formatted(table, hook, hook));
    commands.println(
        "add rule inet %s %s %s @connections drop".formatted(table, hook, podAndClientPort));
  }

  /** From now on nothing passes; returns once that is so. */
  synchronized void swallow(String podIp, int clientPort) {
    change("add", podIp, clientPort);
  }

  /** From now on everything passes again. */
  synchronized void release(String podIp, int clientPort) {
    change("delete", podIp, clientPort);
  }

  private void change(String verb, String podIp, int clientPort) {
    String element = "%s . %d".formatted(podIp, clientPort);
    commands.println("%s element inet %s connections { %s }".formatted(verb, table, element));
    Awaitility.await(verb + " " + element)
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(20))
        .until(() -> listed().contains(element) == verb.equals("add"));
  }

  private String listed() {
    return Command.run("nft", "list", "set", "inet", table, "connections");
  }

  @Override
  public void close() {
    commands.close();
    nft.onExit().join();
  }
}
