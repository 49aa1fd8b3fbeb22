package org.freshet.streams.live;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.util.regex.Pattern;

/** An event or label that cannot be read; says which of those given, and what is wrong with it. */
public final class BadEvent extends Exception {
  private static final long serialVersionUID = 1L;
  private static final Pattern OF_THE_PARSER =
      Pattern.compile(
          ",? \\((start marker|not recognized|bound as).*|, from `[^`]*`|: (enable|not allowed) .*`.*");

  private final int index;
  private final String field;

  /**
   * @param index which record of those given, counted from 0
   * @param field the member at fault, or null
   */
  public BadEvent(int index, String field, String message) {
    super(message);
    this.index = index;
    this.field = field;
  }

  static BadEvent noJson(int index, IOException e) {
    return new BadEvent(index, null, "is no JSON: " + reason(e));
  }

  /** What the parser says, without the names of its own settings. */
  public static String reason(IOException e) {
    String message =
        e instanceof JsonProcessingException j ? j.getOriginalMessage() : e.getMessage();
    return OF_THE_PARSER.matcher(("" + message).lines().findFirst().orElse("")).replaceAll("");
  }

  public int index() {
    return index;
  }

  /** The member at fault, or null when the whole record is. */
  public String field() {
    return field;
  }
}
