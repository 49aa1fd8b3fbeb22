package org.freshet.learn.route;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.Map;
import org.freshet.core.Features;
import org.freshet.core.Rng;
import org.junit.jupiter.api.Test;

class AnsweredTest {
  @Test
  void theLastRowsAreFoundAndOlderOnesForgotten() {
    Answered a = new Answered(50, 2);
    Map<Long, Integer> last =
        new LinkedHashMap<>() {
          @Override
          protected boolean removeEldestEntry(Map.Entry<Long, Integer> e) {
            return size() > 50;
          }
        };
    Rng rng = new Rng(1);
    for (int i = 0; i < 20_000; i++) {
      long h = rng.nextInt(400); // few hashes next to each other: long runs in the table
      if (a.find(h) >= 0) {
        assertThat(a.said(a.find(h), 1)).isEqualTo(last.get(h));
      } else {
        assertThat(last).doesNotContainKey(h);
      }
      int said = rng.nextInt(5) - 1;
      a.put(h, 1, said, i % 3 == 0);
      last.put(h, said);
      assertThat(a.said(a.find(h), 0)).isEqualTo(Answered.UNKNOWN);
    }
    assertThat(last).hasSize(50);
  }

  @Test
  void aCopyOfARowIsTheSameRow() {
    Features x = Features.sparse(new int[] {3, 9}, new double[] {1, -2}, 2, 10);
    assertThat(Answered.hash(x.copy())).isEqualTo(Answered.hash(x));
    Features y = Features.sparse(new int[] {3, 8}, new double[] {1, -2}, 2, 10);
    assertThat(Answered.hash(y)).isNotEqualTo(Answered.hash(x));
  }
}
