package org.freshet.processor;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MarkdownTest {
  @Test
  void keepsParagraphsAndInlineTags() {
    assertThat(
            Markdown.of(
                " Predicts {@code x < {1}} from\n a {@link org.freshet.core.Row#view() row} and {@link Row#view}.\n"
                    + "\n <p>See <a href=\"https://a.b/c\">the paper</a>, <i>it</i> &le; <b>d</b>.\n @see Other\n"))
        .isEqualTo(
            "Predicts `x < {1}` from\na `row` and `Row.view`.\n\nSee [the paper](https://a.b/c), *it* ≤ **d**.\n");
  }

  @Test
  void keepsListsAndCode() {
    assertThat(
            Markdown.of(
                " Steps:\n <ol>\n   <li>one\n   <li>two\n      <ul><li>in</ul>\n </ol>\n <pre>{@code\n"
                    + " @Test\n if (a < b) {\n   c();\n }\n }</pre>\n Then &lt;pre&gt;: <pre>\n  a &lt; b\n </pre>\n"))
        .isEqualTo(
            "Steps:\n\n1. one\n2. two\n\n   - in\n\n```\n@Test\nif (a < b) {\n  c();\n}\n```\n\n"
                + "Then <pre>:\n\n```\na < b\n```\n");
  }
}
