package org.freshet.streams.live;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.freshet.core.Batch;
import org.freshet.core.Schema;
import org.freshet.core.live.Records;
import org.freshet.streams.input.Task;
import org.junit.jupiter.api.Test;

/** What the quick way reads is what the other reads; what it does not read it leaves alone. */
class PlainJsonTest {
  private final Schema classes = schema(Task.CLASSIFICATION);
  private final Schema numbers = schema(Task.REGRESSION);

  private static Schema schema(Task task) {
    return new EventColumns(
            List.of("amount", "x", "id", "features"),
            List.of("country", "q\"uote"),
            List.of(),
            "label",
            task,
            List.of())
        .schema();
  }

  private static byte[] bytes(String s) {
    return s.getBytes(StandardCharsets.UTF_8);
  }

  private static boolean quick(Schema schema, String json, Batch.Kind kind) {
    byte[] b = bytes(json);
    return new PlainJson(schema, EventFields.API).add(b, 0, b.length, kind, new Records(schema, 1));
  }

  @Test
  void usualRecordsGoTheQuickWay() {
    for (String json :
        new String[] {
          "{\"id\":\"a\",\"time\":1767225600000,\"amount\":-12.5,\"country\":\"PT\",\"label\":\"ok\"}",
          "{ \"id\" : 7 , \"x\" : 1e-3 , \"amount\" : null, \"more\": \"here\" }\n",
          "{\"key\":\"k\",\"weight\":2,\"features\":{\"x\":true,\"id\":4,\"amount\":0.1234567890123456}}",
          "{\"id\":\"a\",\"label\":\"ok\"}",
          "{}"
        }) {
      assertThat(quick(classes, json, null)).as(json).isTrue();
    }
  }

  @Test
  void unusualAndWrongOnesDoNot() {
    for (String json :
        new String[] {
          "{\"id\":\"\\u0041\"}",
          "{\"id\":\"\u00e9\"}",
          "{\"id\":\"\"}",
          "{\"amount\":1,\"amount\":2}",
          "{\"amount\":\"1\"}",
          "{\"amount\":01}",
          "{\"amount\":1.}",
          "{\"amount\":-}",
          "{\"amount\":-0}",
          "{\"amount\":1e999}",
          "{\"amount\":[1]}",
          "{\"amount\":1,}",
          "{\"amount\":1} {",
          "{\"amount\":1",
          "{\"amount\":tru}",
          "{\"time\":\"1970-01-01T00:00:01Z\"}",
          "{\"weight\":-1}",
          "{\"features\":3}",
          "[]",
          ""
        }) {
      assertThat(quick(classes, json, Batch.Kind.EVENT)).as(json).isFalse();
    }
    assertThat(quick(classes, "{\"id\":\"a\"}", Batch.Kind.LABEL)).isFalse();
    assertThat(quick(numbers, "{\"id\":\"a\",\"label\":\"ok\"}", null)).isFalse();
  }

  /** Records put together of pieces good and bad: both ways see the same, or both see nothing. */
  @Test
  void bothWaysAgree() {
    Random random = new Random(11);
    int quick = 0;
    for (int i = 0; i < 60_000; i++) {
      Schema schema = random.nextBoolean() ? classes : numbers;
      Batch.Kind kind =
          random.nextInt(3) == 0
              ? null
              : random.nextInt(3) == 0 ? Batch.Kind.LABEL : Batch.Kind.EVENT;
      String json = object(random, true);
      if (random.nextInt(4) == 0) {
        json = "[" + json + "," + object(random, true) + "]";
      }
      if (random.nextInt(10) == 0 && !json.isEmpty()) {
        int at = random.nextInt(json.length());
        json =
            json.substring(0, at)
                + "{}[],:\"0e-. \\n".charAt(random.nextInt(14))
                + json.substring(at + 1);
      }
      PlainJson plain = new PlainJson(schema, EventFields.API);
      String expected = seen(schema, new JsonEvents(schema, EventFields.API, null), json, kind);
      String found = seen(schema, new JsonEvents(schema, EventFields.API, plain), json, kind);
      assertThat(found).as(json).isEqualTo(expected);
      byte[] b = bytes(json);
      quick += plain.records(b, 0, b.length, 2, kind) != null ? 1 : 0;
    }
    assertThat(quick).isGreaterThan(10_000); // else nothing was compared
  }

  /** All there is to see of what was read, or why it was not. */
  private static String seen(Schema schema, JsonEvents events, String json, Batch.Kind kind) {
    byte[] b = bytes(" " + json);
    StringBuilder s = new StringBuilder();
    try {
      if (kind == null) {
        Records one = new Records(schema, 1);
        events.add(b, 1, b.length - 1, null, one);
        describe(one, s);
      } else if (kind == Batch.Kind.EVENT) {
        describe(events.events(b, 1, b.length - 1, 2), s);
      } else {
        describe(events.labels(b, 1, b.length - 1, 2), s);
      }
      s.append(events.unknown());
    } catch (BadEvent e) {
      s.append(e.index()).append(e.field()).append(e.getMessage());
    }
    return s.toString();
  }

  private static void describe(Records r, StringBuilder s) {
    Batch batch = new Batch(r.schema(), 2);
    for (int i = 0; i < r.size(); i++) {
      r.appendTo(batch, i, -7);
      s.append(batch.kind(i)).append(batch.id(i)).append(' ').append(batch.key(i)).append(' ');
      s.append(batch.time(i)).append(' ').append(batch.label(i)).append(' ');
      s.append(batch.weight(i));
    }
    int width = r.schema().width();
    s.append(Arrays.toString(Arrays.copyOf(batch.block(), batch.size() * width)));
  }

  private static String object(Random random, boolean outer) {
    String[] names = {
      "id",
      "time",
      "key",
      "label",
      "weight",
      "amount",
      "x",
      "country",
      "q\\\"uote",
      "more",
      "features"
    };
    StringBuilder s = new StringBuilder("{");
    for (int m = random.nextInt(6); m > 0; m--) {
      String name = names[random.nextInt(names.length)];
      boolean nested = outer && name.equals("features") && random.nextInt(4) > 0;
      s.append(random.nextInt(9) == 0 ? " \"" : "\"").append(name).append("\":");
      s.append(nested ? object(random, false) : value(random, name));
      s.append(m > 1 ? "," : "");
    }
    return s.append('}').toString();
  }

  private static String value(Random random, String name) {
    boolean text = List.of("id", "key", "country", "label", "q\\\"uote").contains(name);
    if (random.nextInt(12) == 0) {
      String[] odd = {
        "null",
        "true",
        "false",
        "\"\"",
        "[1]",
        "{\"a\":1}",
        "\"\u00e9\"",
        "\"a\\nb\"",
        "NaN",
        "-0",
        "-0.0",
        "1e400",
        "0e5",
        "01",
        "+1",
        "1.",
        ".5",
        "123456789012345678901234567890",
        "\"1970-01-01T00:00:01Z\""
      };
      return odd[random.nextInt(odd.length)];
    }
    if (text && random.nextInt(5) > 0) {
      return "\"" + (char) ('a' + random.nextInt(3)) + "\"";
    }
    return switch (random.nextInt(6)) {
      case 0 -> "" + random.nextInt(3);
      case 1 -> "" + random.nextLong();
      case 2 -> "" + random.nextGaussian();
      case 3 -> "" + Double.longBitsToDouble(random.nextLong());
      case 4 -> random.nextInt(100000) + "e" + (random.nextInt(60) - 30);
      default -> (random.nextInt(2000) - 1000) / 1000.0 + "";
    };
  }
}
