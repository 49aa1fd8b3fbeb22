package org.freshet.learn.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.freshet.core.Batch;
import org.freshet.core.Classifier;
import org.freshet.core.Column;
import org.freshet.core.ConfigException;
import org.freshet.core.Features;
import org.freshet.core.Rng;
import org.freshet.core.Row;
import org.freshet.core.Schema;
import org.freshet.core.Transformer;
import org.freshet.core.component.Build;
import org.freshet.core.component.Components;
import org.freshet.core.component.Spec;
import org.junit.jupiter.api.Test;

/** hashed_ngrams and tfidf against counts and weights worked out by hand. */
class TextTransformersTest {
  private static final Schema TEXT =
      Schema.classification(List.of(Column.text("t")), "y", "ham", "spam");
  private static final String PLAIN = "signed=false, normalize=false";

  private static Transformer make(String spec, Schema schema) {
    return Components.create(Spec.parse(spec), Build.of(schema), Transformer.class);
  }

  private static Features event(String text) {
    Batch b = new Batch(TEXT, 1);
    b.beginRow();
    b.attach(0, text);
    b.endRow();
    return b.row(0);
  }

  private static Features transform(Transformer t, Features x) {
    Row out = Row.of(t.output());
    out.begin(x);
    t.transform(x, out);
    return out.view().copy();
  }

  private static List<Double> values(String spec, String text) {
    return values(transform(make(spec, TEXT), event(text)));
  }

  private static List<Double> values(Features x) {
    List<Double> all = new ArrayList<>();
    for (int k = 0; k < x.count(); k++) {
      all.add(x.value(k));
    }
    return all;
  }

  @Test
  void runsOfWordsAreCounted() {
    String text = "to be, or not TO be";
    // to 2, be 2, or 1, not 1
    assertThat(values("hashed_ngrams(" + PLAIN + ")", text))
        .containsExactlyInAnyOrder(2.0, 2.0, 1.0, 1.0);
    // "to be" twice; be or, or not, not to once
    assertThat(values("hashed_ngrams(words=[2, 2], " + PLAIN + ")", text))
        .containsExactlyInAnyOrder(2.0, 1.0, 1.0, 1.0);
    assertThat(values("hashed_ngrams(words=[1, 2], " + PLAIN + ")", text)).hasSize(8);
    assertThat(values("hashed_ngrams(words=[7, 8], " + PLAIN + ")", text)).isEmpty();
    assertThat(values("hashed_ngrams(lower_case=false, " + PLAIN + ")", text)).hasSize(5);
    assertThat(values("hashed_ngrams(words=[2, 2], " + PLAIN + ")", "be to"))
        .as("order matters: not the index of 'to be'")
        .isEqualTo(List.of(1.0));
    Transformer two = make("hashed_ngrams(words=[2, 2], " + PLAIN + ")", TEXT);
    assertThat(transform(two, event("be to")).index(0))
        .isNotEqualTo(transform(two, event("to be")).index(0));
    assertThat(values("hashed_ngrams", null)).isEmpty();
  }

  @Test
  void runsOfCharactersHaveMarksAtTheEnds() {
    String three = "hashed_ngrams(words=[], characters=[3, 3], " + PLAIN + ")";
    // <ab, ab>
    assertThat(values(three, "ab")).containsExactly(1.0, 1.0);
    // <aa, aaa twice, aa>
    assertThat(values(three, "aaaa")).containsExactlyInAnyOrder(1.0, 2.0, 1.0);
    // a and b, not the marks
    assertThat(values("hashed_ngrams(words=[], characters=[1, 1], " + PLAIN + ")", "ab"))
        .containsExactly(1.0, 1.0);
    Transformer t = make(three, TEXT);
    Features misspelt = transform(t, event("recieve"));
    Features right = transform(t, event("receive"));
    int shared = 0;
    for (int k = 0; k < right.count(); k++) {
      shared += misspelt.get(right.index(k)) != 0 ? 1 : 0;
    }
    assertThat(shared).as("<re, rec, ve>").isEqualTo(3);
  }

  @Test
  void countsAreDampedSignedAndScaled() {
    assertThat(values("hashed_ngrams(sublinear=true, " + PLAIN + ")", "a a a b"))
        .containsExactlyInAnyOrder(1 + Math.log(3), 1.0);
    List<Double> scaled = values("hashed_ngrams(signed=false)", "a a a b b b b");
    assertThat(scaled)
        .usingElementComparator((u, v) -> Math.abs(u - v) < 1e-12 ? 0 : 1)
        .containsExactlyInAnyOrder(3 / 5.0, 4 / 5.0);
    Transformer signed = make("hashed_ngrams(normalize=false)", TEXT);
    int negative = 0;
    for (int i = 0; i < 1000; i++) {
      negative += transform(signed, event("word" + i)).value(0) < 0 ? 1 : 0;
    }
    assertThat(negative).isBetween(420, 580);
  }

  @Test
  void bucketsOfAnyNumberAreUsedEvenly() {
    Transformer t = make("hashed_ngrams(buckets=10, " + PLAIN + ")", TEXT);
    int[] used = new int[10];
    for (int i = 0; i < 1000; i++) {
      used[transform(t, event("word" + i)).index(0)]++;
    }
    for (int n : used) {
      assertThat(n).isBetween(60, 140);
    }
  }

  @Test
  void numbersComeFirstAndDenseRowsHoldTheSame() {
    Schema mixed =
        Schema.unlabelled(
            List.of(Column.numeric("n"), Column.text("t"), Column.category("c", "v", "w")));
    Batch b = new Batch(mixed, 1);
    b.beginRow();
    b.set(0, 7);
    b.attach(0, "one two two");
    b.set(2, 1);
    b.endRow();
    Transformer sparse = make("hashed_ngrams(buckets=64, " + PLAIN + ")", mixed);
    Transformer dense = make("hashed_ngrams(buckets=64, dense=true, " + PLAIN + ")", mixed);
    Features a = transform(sparse, b.row(0));
    Features d = transform(dense, b.row(0));
    assertThat(dense.output().width()).isEqualTo(65);
    assertThat(d.isSparse()).isFalse();
    assertThat(a.get(0)).isEqualTo(7);
    assertThat(values(a)).containsExactlyInAnyOrder(7.0, 1.0, 2.0, 1.0);
    for (int i = 0; i < 65; i++) {
      assertThat(d.get(i)).isEqualTo(a.get(i));
    }
  }

  @Test
  void rareTermsWeighMore() {
    Transformer t = make("tfidf(" + PLAIN + ")", TEXT);
    assertThat(values(transform(t, event("a b")))).as("nothing known").containsExactly(1.0, 1.0);
    t.learn(event("a b b"));
    t.learn(event("a c"));
    t.learn(event("a"));
    // N = 3; df of a is 3, of b 1 however often it stands there, of d 0
    double a = Math.log(4 / 4.0) + 1;
    double b = Math.log(4 / 2.0) + 1;
    double d = Math.log(4 / 1.0) + 1;
    assertThat(values(transform(t, event("a b b d")))).containsExactlyInAnyOrder(a, 2 * b, d);
    double length = Math.sqrt(a * a + b * b);
    Transformer unit = make("tfidf(signed=false)", TEXT);
    for (String text : List.of("a b b", "a c", "a")) {
      unit.learn(event(text));
    }
    assertThat(values(transform(unit, event("a b"))))
        .usingElementComparator((u, v) -> Math.abs(u - v) < 1e-12 ? 0 : 1)
        .containsExactlyInAnyOrder(a / length, b / length);
  }

  @Test
  void frequenciesFadeByHalfLife() {
    Transformer t = make("tfidf(half_life=2, " + PLAIN + ")", TEXT);
    t.learn(event("old"));
    t.learn(event("x"));
    t.learn(event("x"));
    // "old" counts 1/2 after two further events; N = 1 + 2^-0.5 + 1/2
    double n = 1 + Math.sqrt(0.5) + 0.5;
    assertThat(values(transform(t, event("old"))).get(0))
        .isCloseTo(Math.log((1 + n) / 1.5) + 1, within(1e-12));
    for (int i = 0; i < 3000; i++) { // counts are scaled down on the way: 2^1500
      t.learn(event("x"));
    }
    double full = 1 / (1 - Math.sqrt(0.5));
    assertThat(values(transform(t, event("old"))).get(0))
        .isCloseTo(Math.log(1 + full) + 1, within(1e-9));
    assertThat(values(transform(t, event("x"))).get(0)).isCloseTo(1, within(1e-9));
  }

  @Test
  void tellsRareWordsAmongManyCommonOnes() {
    // 40 common words drown the one that tells the class; weights by rarity bring it out sooner
    String counts = "hashed_ngrams(words=[1, 1]) | logistic_regression";
    assertThat(errors("tfidf(words=[1, 1]) | logistic_regression"))
        .isLessThan(errors(counts) * 9 / 10);
  }

  private static int errors(String model) {
    Classifier c = Components.classifier(model, TEXT, 1);
    Rng rng = new Rng(5);
    int wrong = 0;
    double[] scores = new double[2];
    for (int i = 0; i < 1500; i++) {
      StringBuilder text = new StringBuilder();
      for (int w = 0; w < 40; w++) {
        text.append("common").append(rng.nextInt(50)).append(' ');
      }
      int label = rng.nextInt(2);
      text.append(label == 0 ? "calm" : "storm").append(rng.nextInt(20));
      c.testThenLearn(event(text.toString()), label, 1, scores);
      wrong += scores[label] <= scores[1 - label] ? 1 : 0;
    }
    return wrong;
  }

  /** Snapshots of what learns behind it rest on these indices. */
  @Test
  void indicesNeverChange() {
    Transformer t = make("hashed_ngrams(words=[1, 2], characters=[4, 4], normalize=false)", TEXT);
    assertThat(transform(t, event("Free money")).toString())
        .isEqualTo(
            "[17731:1.0, 41236:-1.0, 62995:1.0, 110336:1.0, 143163:-1.0, 144499:-1.0,"
                + " 157516:-1.0, 179651:-1.0, 215126:1.0, 245355:1.0]");
  }

  @Test
  void wrongParametersAreToldInALine() {
    refused("hashed_ngrams(words=[])", "hashed_ngrams needs 'words' or 'characters'");
    refused("tfidf(words=[2, 1])", "tfidf: 'words' is [2.0, 1.0], expected the shortest");
    refused("tfidf(characters=[1.5, 2])", "tfidf: 'characters' is [1.5, 2.0]");
    refused("hashed_ngrams(dense=true)", "have at most 65536 buckets, found 262144; set 'buckets'");
    refused("tfidf(half_life=0.5)", "tfidf: half_life is 0.5, expected 0 or at least 1 event");
  }

  private static void refused(String spec, String words) {
    assertThatThrownBy(() -> make(spec, TEXT))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(words);
  }
}
