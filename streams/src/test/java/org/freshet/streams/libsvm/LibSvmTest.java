package org.freshet.streams.libsvm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Map;
import org.freshet.streams.Read;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LibSvmTest {
  @TempDir Path folder;

  private Path svm(String content) {
    return Read.file(folder, "a.svm", content);
  }

  @Test
  void readsSparseRows() {
    Path file =
        svm("# two classes\n+1 1:0.5 7:-2 9:0 # first\n-1 qid:4 3:1e2\n1.0 7:1 2:3\n4:1\n? 1:1\n");
    assertThat(Read.all(file, Map.of()))
        .containsExactly(
            "0:0.5 6:-2 -> 1", "2:100 -> -1 key=4", "1:3 6:1 -> 1", "3:1 -> -", "0:1 -> -");
    assertThat(Read.all(file, Map.of("first_index", 0))).startsWith("1:0.5 7:-2 -> 1");
    assertThat(Read.all(file, Map.of("label", "none"))).startsWith("0:0.5 6:-2 -> -");
    assertThat(Read.all(svm("2.5 1:1\n-1 2:1\n"), Map.of("task", "regression")))
        .containsExactly("0:1 -> 2.5", "1:1 -> -1");
  }

  @Test
  void errorsNameTheLine() {
    fails(
        "1 1:1\n1 0:1\n",
        ":2: index 0, expected 1 or more; set 'first_index: 0' when the file counts from 0");
    fails(
        "1 1:1 x\n",
        ":1: found 'x', expected index:value; mend the record, or set 'on_error: skip'");
    fails(
        "1 1:a\n", ":1: the value in '1:a' is no number; mend the record, or set 'on_error: skip'");
    fails("1 3:1 2:1 3:4\n", ":1: index 3 comes twice; mend the record, or set 'on_error: skip'");
    fails(
        "1 99999999999:1\n",
        ":1: index over 2147483646, expected at most 16777216; raise 'max_index', or hash the features");
    fails("", ": is empty, expected at least one record");
  }

  private void fails(String content, String message) {
    Path file = svm(content);
    assertThatThrownBy(() -> Read.all(file, Map.of())).hasMessage(file + message);
  }
}
