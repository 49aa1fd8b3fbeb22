package org.freshet.streams.input;

import java.util.List;
import org.freshet.core.component.Param;

/** Parameters of readers of tables: what each column is, and how times and gaps are written. */
public record TableRoles(
    @Param(
            value =
                "Column of the label: a name, a number counted from 1, last, or none; several, parted by commas, are labels"
                    + " that each hold or not (classification) or several targets (regression).",
            def = "last",
            origin = "where most public sets have it")
        String label,
    @Param(value = TASK, def = "classification", origin = "the more common") Task task,
    @Param(
            value =
                "Column with the id of the event; a record may carry the label of an earlier event of the same id.",
            def = "none")
        String id,
    @Param(value = "Column with the time of the event.", def = "none") String time,
    @Param(
            value =
                "How times are written: auto (seconds or milliseconds since 1970 by size, or ISO-8601), iso, epoch_ns,"
                    + " epoch_us, epoch_ms, epoch_s, epoch_min, epoch_h, epoch_d, or a pattern such as 'dd/MM/yyyy HH:mm'.",
            def = "auto")
        String timeFormat,
    @Param(
            value = "Zone of times that carry none, such as UTC, +02:00 or Europe/Paris.",
            def = "UTC")
        String zone,
    @Param(value = "Column that says whose event it is.", def = "none") String key,
    @Param(value = "Column with the weight of the event, 0 or more.", def = "none") String weight,
    @Param(value = "Column with the time when the label of the event arrives.", def = "none")
        String labelTime,
    @Param(value = "Columns to leave out.", def = "[]") List<String> ignore,
    @Param(value = "Marks that stand for a missing value, besides the usual ones.", def = "[]")
        List<String> missing) {
  public static final String TASK =
      "What the label is: classification takes it as a category whatever it looks like, regression as a number.";

  public Roles roles() {
    return new Roles(label, task, id, time, labelTime, key, weight, ignore);
  }
}
