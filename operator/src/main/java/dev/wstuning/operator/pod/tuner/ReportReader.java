package dev.wstuning.operator.pod.tuner;

/** Reads the reports that the tuner leaves in pods. */
public interface ReportReader {

  /** Takes nothing on trust. */
  ReportReader STRICT =
      new ReportReader() {
        @Override
        public ParseResult<BootReport> boot(String message, TunerCommand command) {
          return ReportParser.boot(message, command.plan(), command.settings().size());
        }

        @Override
        public ParseResult<ServerReport> server(String message, String start, int keys) {
          return ReportParser.server(message, start, keys);
        }
      };

  /**
   * @param command the command of the init container
   */
  ParseResult<BootReport> boot(String message, TunerCommand command);

  /**
   * @param start the start of the server container that the observer was sent to
   * @param keys how many sysctls it had to read
   */
  ParseResult<ServerReport> server(String message, String start, int keys);
}
