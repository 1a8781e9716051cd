package dev.wstuning.e2e.scale;

/**
 * A line of the table.
 *
 * @param must what it must be
 * @param was what version 0.1.0 had; empty if that is not known
 * @param is what was measured
 * @param holds whether it is what it must be
 */
record Line(String work, String must, String was, String is, boolean holds) {

  String row() {
    return "| %s | %s | %s%s | %s |\n".formatted(work, must, holds ? "" : "**no**: ", is, was);
  }
}
