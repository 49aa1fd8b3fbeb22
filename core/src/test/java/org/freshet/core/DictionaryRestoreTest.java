package org.freshet.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class DictionaryRestoreTest {
  @Test
  void namesComeBackBehindThoseAlreadyKnown() {
    Dictionary d = new Dictionary(List.of("a"));
    d.restore(List.of("a", "b", "c"));
    assertThat(d.names()).containsExactly("a", "b", "c");
    assertThat(d.declared()).isEqualTo(1);
    d.restore(List.of("a", "b"));
    assertThat(d.size()).isEqualTo(3);
  }

  @Test
  void aCodeNeverChangesItsMeaning() {
    Dictionary d = new Dictionary(List.of("a", "b"));
    assertThatThrownBy(() -> d.restore(List.of("b", "a")))
        .isInstanceOf(SchemaException.class)
        .hasMessage("category number 0 is 'a', it was 'b'");
    assertThatThrownBy(() -> d.restore(List.of("a", "b", "a")))
        .hasMessage("category number 2 'a' repeats or exceeds the limit 1048576");
    Dictionary small = new Dictionary(List.of(), 1);
    assertThatThrownBy(() -> small.restore(List.of("a", "b")))
        .hasMessage("category number 1 'b' repeats or exceeds the limit 1");
  }
}
