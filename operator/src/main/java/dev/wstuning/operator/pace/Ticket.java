package dev.wstuning.operator.pace;

/**
 * A request in a {@link FairQueue}, which guards everything here.
 *
 * @param <T> a request
 */
public final class Ticket<T> {

  final String owner;
  final String key;
  final Object name;
  final boolean urgent;
  final long number;
  T request;

  /** When its time comes. */
  long due;

  /** Whether its time came, and it has not had its turn since. */
  boolean waits;

  Ticket(String owner, String key, Object name, boolean urgent, long number, T request) {
    this.owner = owner;
    this.key = key;
    this.name = name;
    this.urgent = urgent;
    this.number = number;
    this.request = request;
  }

  public T request() {
    return request;
  }
}
