package dev.wstuning.operator.importing;

/**
 * A line of a file.
 *
 * @param number counted from 1
 */
record Line(String file, int number, String text) {

  /** As editors and compilers name a place. */
  String place() {
    return file + ":" + number;
  }
}
