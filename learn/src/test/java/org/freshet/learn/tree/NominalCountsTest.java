package org.freshet.learn.tree;

import static org.assertj.core.api.Assertions.assertThat;

import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;
import org.junit.jupiter.api.Test;

class NominalCountsTest {
  @Test
  void restoredCountsTakeTheSameBytesAndGrowAlike() {
    for (int values = 0; values < 20; values++) {
      NominalCounts counts = new NominalCounts(3);
      for (int v = 0; v < values; v++) {
        counts.add(v % 3, v, 1);
      }
      Tape out = new Tape();
      counts.save(out);
      StateWriter writer = new StateWriter();
      out.save(writer);
      NominalCounts again =
          NominalCounts.load(Tape.load(StateReader.open("test", writer.toBytes())), 3);
      assertThat(again.bytes()).isEqualTo(counts.bytes());
      assertThat(again.add(1, values + 7, 1)).isEqualTo(counts.add(1, values + 7, 1));
    }
  }
}
