package org.freshet.core.ask;

/**
 * What an expert said about an event, when it comes later than the event: a row of its own of the
 * kind {@link org.freshet.core.Batch.Kind#REPLY}, with the id of the event and this as its key.
 *
 * @param model whose question it was
 * @param event its number in the stream: unlike the id, each event has one
 * @param expert number of the expert in that model
 */
public record ExpertReply(String model, long event, int expert, ExpertAnswer answer) {
  private static final int PARTS = 8;

  /** As words with tabs between; the last, which is what was said, may hold anything. */
  public String text() {
    boolean said = answer.label() != null;
    return String.join(
        "\t",
        model,
        Long.toString(event),
        Integer.toString(expert),
        Double.toString(answer.cost()),
        Long.toString(answer.tokens()),
        Long.toString(answer.nanos()),
        Double.toString(answer.quality()),
        (said ? "=" + answer.label() : "!" + answer.trouble()));
  }

  /**
   * Reads {@link #text}.
   *
   * @throws IllegalArgumentException when it is none
   */
  public static ExpertReply parse(String text) {
    String[] part = text == null ? new String[0] : text.split("\t", PARTS);
    if (part.length < PARTS || part[PARTS - 1].isEmpty()) {
      throw new IllegalArgumentException("'" + text + "' is no reply of an expert");
    }
    String said = part[PARTS - 1].substring(1);
    boolean label = part[PARTS - 1].charAt(0) == '=';
    return new ExpertReply(
        part[0],
        Long.parseLong(part[1]),
        Integer.parseInt(part[2]),
        new ExpertAnswer(
            label ? said : null,
            label || said.equals("null") ? null : said,
            Double.parseDouble(part[3]),
            Long.parseLong(part[4]),
            Long.parseLong(part[5]),
            Double.parseDouble(part[6])));
  }
}
