package dev.wstuning.e2e.support;

import java.util.Optional;

/** What a client says and hears that proves that its WebSocket reached the application. */
public enum Protocol {
  /** The server sends back what it got. */
  ECHO(null, "hello", "hello"),
  /** The user that RabbitMQ comes with. */
  STOMP(
      "v12.stomp",
      "CONNECT\naccept-version:1.2\nhost:/\nlogin:guest\npasscode:guest\n\n\0",
      "CONNECTED\n"),
  /** The server speaks first. */
  ACTION_CABLE("actioncable-v1-json", null, "{\"type\":\"welcome\"}");

  private final String subprotocol;
  private final String greeting;
  private final String answer;

  Protocol(String subprotocol, String greeting, String answer) {
    this.subprotocol = subprotocol;
    this.greeting = greeting;
    this.answer = answer;
  }

  Optional<String> subprotocol() {
    return Optional.ofNullable(subprotocol);
  }

  Optional<String> greeting() {
    return Optional.ofNullable(greeting);
  }

  boolean answeredBy(String text) {
    return text.startsWith(answer);
  }
}
