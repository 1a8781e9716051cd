package dev.wstuning.operator.importing;

/**
 * What is said about a line that was not simply taken.
 *
 * @param what the key, or what else the line is about
 * @param why and what to do instead
 */
record Remark(Kind kind, Line line, String what, String why) {

  /** In the order in which they are printed. */
  enum Kind {
    LEFT_OUT("Left out"),
    CHANGED("Taken, but changed"),
    CONSIDER("Taken, and worth a thought"),
    REPLACED("Replaced by other lines"),
    UNRELATED("Not read, because it sets neither a key of the kernel nor open files");

    private final String title;

    Kind(String title) {
      this.title = title;
    }

    String title() {
      return title;
    }
  }

  static Remark leftOut(Line line, String what, String why) {
    return new Remark(Kind.LEFT_OUT, line, what, why);
  }

  static Remark changed(Line line, String what, String why) {
    return new Remark(Kind.CHANGED, line, what, why);
  }

  static Remark consider(Line line, String what, String why) {
    return new Remark(Kind.CONSIDER, line, what, why);
  }

  /** The last line that sets something counts. */
  static Remark setAgain(Line line, String what, Line later) {
    return new Remark(
        Kind.REPLACED, line, what, later.place() + " sets it again, and the last one counts");
  }

  static Remark unrelated(Line line) {
    return new Remark(Kind.UNRELATED, line, line.text(), "");
  }
}
