package org.freshet.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class DictionaryTest {
  @Test
  void declaredNamesComeFirstThenThoseThatAppear() {
    Dictionary d = new Dictionary(List.of("b", "a"));
    assertThat(new int[] {d.code("c"), d.code("a"), d.code("b"), d.code("c")})
        .containsExactly(2, 1, 0, 2);
    assertThat(d.declared()).isEqualTo(2);
    assertThat(d.names()).containsExactly("b", "a", "c");
    assertThat(d.find("zzz")).isEqualTo(-1);
    assertThat(d.size()).isEqualTo(3);
  }

  @Test
  void takesNoMoreThanItsLimit() {
    Dictionary d = new Dictionary(List.of("a"), 2);
    assertThat(d.code("b")).isEqualTo(1);
    assertThat(d.code("c")).isEqualTo(Dictionary.FULL);
    assertThat(d.code("c")).isEqualTo(Dictionary.FULL);
    assertThat(d.refused()).isEqualTo(2);
    assertThat(d.code("a")).isZero();
  }

  @Test
  void refusesANameDeclaredTwice() {
    assertThatThrownBy(() -> new Dictionary(List.of("a", "a")))
        .isInstanceOf(SchemaException.class)
        .hasMessage("category 'a' is declared twice");
  }

  @Test
  void fingerprintsCoverNamesKindsAndOrderOnly() {
    Schema s =
        Schema.classification(
            List.of(Column.numeric("a"), Column.category("b", "x")), "y", "0", "1");
    Schema grown =
        Schema.classification(
            List.of(Column.numeric("a"), Column.category("b", "x", "z")), "y", "0");
    Schema renamed =
        Schema.classification(
            List.of(Column.numeric("A"), Column.category("b", "x")), "y", "0", "1");
    Schema turned =
        Schema.classification(
            List.of(Column.category("b", "x"), Column.numeric("a")), "y", "0", "1");
    assertThat(grown.fingerprint()).isEqualTo(s.fingerprint());
    assertThat(new long[] {s.fingerprint(), renamed.fingerprint(), turned.fingerprint()})
        .doesNotHaveDuplicates();
    assertThatThrownBy(() -> Schema.unlabelled(List.of(Column.numeric("a"), Column.numeric("a"))))
        .hasMessage("column 'a' occurs twice");
  }
}
