package org.freshet.streams.live;

import org.freshet.core.component.Param;

/** Parameters of feeds: the columns of their events, and the members that are no features. */
public record EventForm(
    EventColumns columns,
    @Param(value = "Member with the id of the event.", def = "id", origin = API) String id,
    @Param(
            value = "Member with the time of the event: milliseconds since 1970, or ISO-8601.",
            def = "time",
            origin = API)
        String time,
    @Param(value = "Member that says whose event it is.", def = "key", origin = API) String key,
    @Param(value = "Member with the weight of the event.", def = "weight", origin = API)
        String weight) {
  static final String API = "as the HTTP API";

  /** Parameter 'records' of feeds. */
  public static final String RECORDS =
      "What the records are: events, labels, or auto: one with an id and a label but no column is a"
          + " label.";

  /** Why a live service does not stop at a bad record. */
  public static final String GO_ON = "a live service goes on; the count is a metric";

  public EventFields fields() {
    return new EventFields(id, time, key, columns.label(), weight);
  }
}
