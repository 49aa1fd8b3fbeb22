package org.freshet.streams.input;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

class NumbersTest {
  private static double parse(String s) {
    byte[] b =
        ("7" + s + "7,77777777")
            .getBytes(StandardCharsets.UTF_8); // what lies around must not count
    return Numbers.parse(b, 1, 1 + s.getBytes(StandardCharsets.UTF_8).length);
  }

  @Test
  void sameAsTheJdkBitForBit() {
    Random random = new Random(5);
    for (int i = 0; i < 200_000; i++) {
      String s =
          switch (i % 5) {
            case 0 -> Long.toString(random.nextLong() >> random.nextInt(64));
            case 1 -> Double.toString(Double.longBitsToDouble(random.nextLong()));
            case 2 -> Double.toString(random.nextGaussian());
            case 3 -> random.nextInt(100_000) + "." + random.nextInt(1000);
            default ->
                Math.round(random.nextDouble() * 1e6) / 1e4 + "e" + (random.nextInt(60) - 30);
          };
      if (!s.equals("NaN")) {
        assertThat(parse(s)).as(s).isEqualTo(Double.parseDouble(s));
      }
    }
    for (String s :
        new String[] {
          "0",
          "-0",
          "5.",
          ".5",
          "-.25",
          "+1.5",
          "00012",
          "12345678",
          "123456789",
          "0.00000001",
          "1E5"
        }) {
      assertThat(Double.compare(parse(s), Double.parseDouble(s))).as(s).isZero();
    }
  }

  @Test
  void infinityInAnyCase() {
    assertThat(parse("inf")).isEqualTo(Double.POSITIVE_INFINITY);
    assertThat(parse("-Infinity")).isEqualTo(Double.NEGATIVE_INFINITY);
  }

  @Test
  void whatIsNoNumber() {
    String[] none = {
      "", "-", ".", "-.", "a", "1a", "1f", "2d", "0x10", "1.2.3", "1,5", "--1", "1-", "1e", "e5",
      "1 2", "NaN", "12:30", "1_000", "٣"
    };
    for (String s : none) {
      assertThat(parse(s)).as(s).isNaN();
    }
  }
}
