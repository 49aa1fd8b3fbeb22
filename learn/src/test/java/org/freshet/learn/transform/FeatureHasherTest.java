package org.freshet.learn.transform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.freshet.core.Batch;
import org.freshet.core.Column;
import org.freshet.core.Features;
import org.freshet.core.Rng;
import org.freshet.core.Schema;
import org.freshet.core.Transformer;
import org.junit.jupiter.api.Test;

class FeatureHasherTest {
  private static Schema text() {
    return Schema.classification(List.of(Column.text("t"), Column.numeric("n")), "y", "0", "1");
  }

  private static Features hash(Transformer t, Schema s, String words, double n) {
    Batch b = new Batch(s, 1);
    b.beginRow();
    b.set(0, Double.NaN);
    b.set(1, n);
    b.attach(0, words);
    b.endRow();
    return Steps.transform(t, b.row(0)).copy();
  }

  @Test
  void wordsAreCountedWhateverTheirPlaceAndCase() {
    Schema s = text();
    Transformer t = Steps.make("feature_hasher", s);
    Features one = hash(t, s, "Free money, free!", 0);
    assertThat(hash(t, s, "FREE free ... money", 0).toString()).isEqualTo(one.toString());
    assertThat(one.count()).isEqualTo(2);
    double[] sizes = {Math.abs(one.value(0)), Math.abs(one.value(1))};
    assertThat(sizes).containsExactlyInAnyOrder(1, 2);
    assertThat(one.index(0)).isLessThan(one.index(1)).isLessThan(1 << 18);
    assertThat(hash(t, s, "", 0).count()).isZero();
    assertThat(hash(t, s, "free", 3).count()).isEqualTo(2);
    Transformer cased = Steps.make("feature_hasher(lower_case=false)", s);
    assertThat(hash(cased, s, "Free free", 0).count()).isEqualTo(2);
  }

  @Test
  void numbersKeepTheirSizeAndMissingIsLeftOut() {
    Schema s = text();
    Transformer t = Steps.make("feature_hasher", s);
    Features x = hash(t, s, null, -2.5);
    assertThat(x.count()).isEqualTo(1);
    assertThat(Math.abs(x.value(0))).isEqualTo(2.5);
    assertThat(hash(t, s, null, Double.NaN).count()).isZero();
    Transformer plain = Steps.make("feature_hasher(signed=false)", s);
    assertThat(hash(plain, s, null, -2.5).value(0)).isEqualTo(-2.5);
  }

  @Test
  void categoriesAreHashedByNameNotByCode() {
    Schema ab = Schema.unlabelled(List.of(Column.category("c", "a", "b")));
    Schema ba = Schema.unlabelled(List.of(Column.category("c", "b", "a")));
    Features a = Steps.transform(Steps.make("feature_hasher", ab), Features.of(0)).copy();
    Features b = Steps.transform(Steps.make("feature_hasher", ab), Features.of(1)).copy();
    assertThat(Steps.transform(Steps.make("feature_hasher", ba), Features.of(1)).toString())
        .isEqualTo(a.toString());
    assertThat(b.index(0)).isNotEqualTo(a.index(0));
    assertThat(Math.abs(a.value(0))).isEqualTo(1);
  }

  @Test
  void whatSharesAnIndexIsSummedUp() {
    Schema s = text();
    Transformer t = Steps.make("feature_hasher(bits=1, signed=false)", s);
    Features x = hash(t, s, "a b c d e f g h", 0);
    double sum = 0;
    for (int k = 0; k < x.count(); k++) {
      sum += x.value(k);
    }
    assertThat(x.count()).isLessThanOrEqualTo(2);
    assertThat(sum).isEqualTo(8);
  }

  @Test
  void innerProductsAreKeptOnAverage() {
    // sparse rows of 30 columns into 16: over many pairs the mean error of the product is 0 with
    // signs
    Schema s = Schema.unlabelled(List.of()).withSparse(List.of());
    Rng rng = new Rng(4);
    double error = 0;
    double square = 0;
    int pairs = 4000;
    Transformer t = Steps.make("feature_hasher(bits=4)", s);
    double[] a = new double[16];
    double[] b = new double[16];
    for (int p = 0; p < pairs; p++) {
      int base = 30 * p; // other columns for each pair, hence other hashes
      int[] index = new int[30];
      double[] x = new double[30];
      double[] y = new double[30];
      double exact = 0;
      for (int i = 0; i < 30; i++) {
        index[i] = base + i;
        x[i] = rng.nextDouble();
        y[i] = rng.nextDouble();
        exact += x[i] * y[i];
      }
      spread(Steps.transform(t, Features.sparse(index, x, 30, base + 30)), a);
      spread(Steps.transform(t, Features.sparse(index, y, 30, base + 30)), b);
      double e = -exact;
      for (int i = 0; i < 16; i++) {
        e += a[i] * b[i];
      }
      error += e / pairs;
      square += e * e / pairs;
    }
    assertThat(error).isCloseTo(0, within(5 * Math.sqrt(square / pairs)));
    assertThat(square).isGreaterThan(0.1); // indices are shared, so single products do differ
  }

  private static void spread(Features x, double[] out) {
    java.util.Arrays.fill(out, 0);
    for (int k = 0; k < x.count(); k++) {
      out[x.index(k)] = x.value(k);
    }
  }
}
