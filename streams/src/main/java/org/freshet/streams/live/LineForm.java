package org.freshet.streams.live;

import org.freshet.core.ConfigException;
import org.freshet.core.component.Param;
import org.freshet.streams.input.OnError;
import org.freshet.streams.input.Policy;

/** Parameters of feeds of lines: how a line holds a record, and what becomes of bad ones. */
public record LineForm(
    @Param(
            value =
                "How a line holds a record: jsonl, csv with names in the first line, or auto by the"
                    + " first line.",
            def = "auto",
            origin = CHOICE)
        LineFormat format,
    @Param(
            value = "What separates cells: one character, tab, comma, semicolon, pipe, or auto.",
            def = "auto",
            origin = CHOICE)
        String separator,
    @Param(value = EventForm.RECORDS, def = "auto", origin = CHOICE) RecordKind records,
    EventForm events,
    @Param(
            value =
                "What becomes of a bad record: fail stops the pipeline, skip counts it and goes on,"
                    + " dead_letter also writes it to a file.",
            def = "skip",
            origin = EventForm.GO_ON)
        OnError onError,
    @Param(value = Policy.DEAD_LETTER, def = "none") String deadLetter,
    @Param(
            value = Policy.DEAD_LETTER_MAX,
            def = "64MB",
            range = "[0, inf)",
            unit = "bytes",
            origin = "room for about a million bad lines")
        long deadLetterMax,
    @Param(
            value = Policy.MAX_RECORD,
            def = "8MB",
            range = "[1024, 1073741824]",
            unit = "bytes",
            origin = "bounds the memory of one record")
        int maxRecord) {
  static final String CHOICE = "a wrong guess shows with the first record";

  public LineForm {
    separator(separator);
    new Policy(onError, deadLetter, deadLetterMax, maxRecord);
  }

  Policy policy() {
    return new Policy(onError, deadLetter, deadLetterMax, maxRecord);
  }

  EventColumns columns() {
    return events.columns();
  }

  EventFields fields() {
    return events.fields();
  }

  /** What separates cells; 0 for auto. */
  char cells() {
    return separator(separator);
  }

  private static char separator(String given) {
    char c =
        switch (given) {
          case "tab", "\\t" -> '\t';
          case "comma" -> ',';
          case "semicolon" -> ';';
          case "pipe" -> '|';
          default -> given.length() == 1 ? given.charAt(0) : 0;
        };
    if (c == 0 && !given.equals("auto") || c > 126 || c == '"' || c == '\n') {
      throw new ConfigException(
          "",
          "parameter 'separator' is '"
              + given
              + "', expected one ASCII character, or tab, comma, semicolon, pipe or auto");
    }
    return c;
  }
}
