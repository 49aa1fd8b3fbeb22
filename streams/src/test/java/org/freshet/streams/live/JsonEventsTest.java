package org.freshet.streams.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.freshet.core.Batch;
import org.freshet.core.Column;
import org.freshet.core.Schema;
import org.freshet.core.live.Records;
import org.freshet.streams.input.Task;
import org.junit.jupiter.api.Test;

class JsonEventsTest {
  private static final EventColumns COLUMNS =
      new EventColumns(
          List.of("amount"),
          List.of("country"),
          List.of(),
          "label",
          Task.CLASSIFICATION,
          List.of());

  @Test
  void categoriesDeclaredHaveTheFirstCodes() throws BadEvent {
    EventColumns columns =
        new EventColumns(
            List.of(),
            List.of("country"),
            List.of(),
            "label",
            Task.CLASSIFICATION,
            List.of(),
            List.of("country=PT|CH"));
    Schema declared = columns.schema();
    assertThat(declared.column(0).dictionary().names()).containsExactly("PT", "CH");
    assertThat(declared.column(0).dictionary().declared()).isEqualTo(2);
    for (String wrong : List.of("land=PT", "PT|CH", "country=")) {
      assertThatThrownBy(
              () ->
                  new EventColumns(
                      List.of(),
                      List.of("country"),
                      List.of(),
                      "label",
                      Task.CLASSIFICATION,
                      List.of(),
                      List.of(wrong)))
          .hasMessageContaining("'categories' has '" + wrong + "', expected a column");
    }
  }

  private final Schema schema = COLUMNS.schema();
  private final JsonEvents json = new JsonEvents(schema, EventFields.API);

  private Batch coded(String text, boolean labels) throws BadEvent {
    byte[] b = text.getBytes(StandardCharsets.UTF_8);
    Records r = labels ? json.labels(b, 0, b.length, 100) : json.events(b, 0, b.length, 100);
    Batch batch = new Batch(schema, Math.max(1, r.size()));
    for (int i = 0; i < r.size(); i++) {
      r.appendTo(batch, i, 77);
    }
    return batch;
  }

  @Test
  void eventsOfTheApiAndFlatOnes() throws BadEvent {
    Batch b =
        coded(
            """
            [{"id":"a","time":5,"key":"k","features":{"amount":1.5,"country":"PT","more":1}},
             {"id":7,"amount":2,"country":null,"label":"ok","time":"1970-01-01T00:00:01Z"}]
            """,
            false);
    assertThat(b.size()).isEqualTo(2);
    assertThat(b.id(0)).isEqualTo("a");
    assertThat(b.time(0)).isEqualTo(5);
    assertThat(b.key(0)).isEqualTo("k");
    assertThat(b.block()).startsWith(1.5, 0, 2, Double.NaN);
    assertThat(b.label(0)).isNaN();
    assertThat(b.id(1)).isEqualTo("7");
    assertThat(b.time(1)).isEqualTo(1000);
    assertThat(schema.labels().name(b.labelCode(1))).isEqualTo("ok");
    assertThat(json.unknown()).isEqualTo(1);
  }

  @Test
  void arraysGrowAndLabelsAreRecords() throws BadEvent {
    StringBuilder many = new StringBuilder("[");
    for (int i = 0; i < 90; i++) {
      many.append(i == 0 ? "" : ",").append("{\"id\":\"e").append(i).append("\",\"label\":true}");
    }
    Batch b = coded(many.append("]").toString(), true);
    assertThat(b.size()).isEqualTo(90);
    assertThat(b.kind(89)).isEqualTo(Batch.Kind.LABEL);
    assertThat(b.id(89)).isEqualTo("e89");
    assertThat(b.time(89)).as("received").isEqualTo(77);
    assertThat(schema.labels().name(b.labelCode(89))).isEqualTo("true");
  }

  @Test
  void saysWhichRecordAndWhatIsWrong() throws BadEvent {
    assertBad("[{\"amount\":1},{\"amount\":\"x\"}]", 1, "'amount' is 'x', expected a number");
    assertBad("{\"amount\":[1]}", 0, "'amount' is nested, expected one value");
    assertBad("{\"amount\":1e999}", 0, "'amount' is '1e999', expected a number a double can hold");
    assertBad("17", 0, "expected an object or an array of objects");
    assertBad("", 0, "found nothing");
    assertBad("{\"amount\":1} {", 0, "there is more behind the end of the JSON");
    assertBad("{\"amount\":1", 0, "is no JSON: Unexpected end-of-input");
    assertBad("{\"time\":\"noon\"}", 0, "'time' is 'noon', expected milliseconds since 1970");
    assertBad("{\"id\":\"\"}", 0, "'id' has 0 characters, allowed 1 to 512");
  }

  private void assertBad(String text, int index, String message) {
    assertThatThrownBy(() -> coded(text, false))
        .isInstanceOfSatisfying(
            BadEvent.class, e -> assertThat(e.index()).as(text).isEqualTo(index))
        .hasMessageContaining(message);
  }

  @Test
  void theFirstEventTellsTheColumns() throws BadEvent {
    EventColumns open =
        new EventColumns(List.of(), List.of(), List.of(), "label", Task.REGRESSION, List.of());
    Schema found =
        open.infer(
            "{\"id\":1,\"features\":{\"x\":1,\"c\":\"a\",\"id\":3}}"
                .getBytes(StandardCharsets.UTF_8),
            EventFields.API);
    assertThat(found.columns()).extracting(Column::name).containsExactly("x", "c", "id");
    assertThat(found.column(1).isCategory()).isTrue();
    assertThat(found.target()).isEqualTo(Schema.Target.NUMBER);
  }
}
