package org.freshet.streams.jsonl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Map;
import org.freshet.core.Source;
import org.freshet.streams.Read;
import org.freshet.streams.Sources;
import org.freshet.streams.input.RecordSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JsonlTest {
  @TempDir Path folder;

  private Path jsonl(String content) {
    return Read.file(folder, "a.jsonl", content);
  }

  @Test
  void flattensKeysAndLeavesMissingOnesOut() {
    Path file =
        jsonl(
            "{\"x\": 1.5, \"user\": {\"age\": 30, \"city\": \"Zürich\"}, \"ok\": true, \"tags\": [7, 8], \"y\": 1}\n\n"
                + "{\"y\": 0, \"user\": {\"city\": null}, \"x\": -2e1, \"ok\": false, \"tags\": []}\n");
    assertThat(Read.columns(file, Map.of("label", "y")))
        .isEqualTo("x:N user.age:N? user.city:C? ok:C tags.0:N? tags.1:N? | y CLASS");
    assertThat(Read.all(file, Map.of("label", "y")))
        .containsExactly("1.5 30 Zürich true 7 8 -> 1", "-20 - - false - - -> 0");
    assertThat(Read.all(file, Map.of("label", "x", "task", "regression", "ignore", "tags.0")))
        .containsExactly("30 Zürich true 8 1 -> 1.5", "- - false - 0 -> -20");
  }

  @Test
  void keysBehindTheSampleAreCounted() {
    Path file = jsonl("{\"x\":1,\"y\":\"a\"}\n{\"x\":2,\"z\":{\"q\":1},\"y\":\"b\",\"w\":4}\n");
    try (Source source = Sources.open(file.toString(), Map.of("sample", 1, "label", "y"))) {
      assertThat(Read.rest(source, 5)).containsExactly("1 -> a", "2 -> b");
      assertThat(((Jsonl) ((RecordSource) source).parser()).unknownKeys()).isEqualTo(2);
    }
  }

  @Test
  void stringsThatLookLikeNumbersStayNames() {
    Path file = jsonl("{\"zip\":\"08001\",\"y\":\"1\"}\n{\"zip\":\"8001\",\"y\":\"2\"}\n");
    assertThat(Read.columns(file, Map.of())).isEqualTo("zip:C | y CLASS");
    assertThat(Read.all(file, Map.of())).containsExactly("08001 -> 1", "8001 -> 2");
  }

  @Test
  void rolesAndTimes() {
    Path file =
        jsonl("{\"id\":17,\"at\":\"2024-01-01T00:00:00Z\",\"card\":\"k\",\"x\":1,\"y\":\"a\"}\n");
    assertThat(Read.all(file, Map.of("id", "id", "time", "at", "key", "card")))
        .containsExactly("1 -> a id=17 key=k time=1704067200000");
  }

  @Test
  void errorsNameTheLine() {
    fails("{\"x\":1,\"y\":2}\n{\"x\":1,\n", ":2: is no JSON: ");
    fails(
        "{\"x\":1,\"y\":2}\n[1]\n",
        ":2: expected one JSON object a line, such as {\"x\": 1.5, \"label\": \"a\"}");
    fails(
        "{\"x\":1,\"y\":2}\n{\"x\":1,\"y\":2} {}\n",
        ":2: there is more behind the JSON object; write one object a line");
    fails(
        "{\"x\":1,\"y\":2}\n" + "{\"a\":".repeat(70) + "1" + "}".repeat(70) + "\n",
        ":2: is no JSON: ");
    fails("{}\n", ": is empty, expected at least one JSON object with a key");
    Path file = jsonl("{\"x\":1,\"y\":2}\n{\"x\":\"high\",\"y\":2}\n");
    assertThatThrownBy(() -> Read.all(file, Map.of("numeric", "x")))
        .hasMessage(
            file
                + ":2: column 'x' is 'high', expected a number; set 'missing: [high]' on the source, or 'on_error: skip'");
    assertThat(Read.all(file, Map.of("numeric", "x", "on_error", "skip")))
        .containsExactly("1 -> 2");
  }

  private void fails(String content, String message) {
    Path file = jsonl(content);
    assertThatThrownBy(() -> Read.all(file, Map.of()))
        .message()
        .startsWith(file + message)
        .doesNotContain("\n");
  }
}
