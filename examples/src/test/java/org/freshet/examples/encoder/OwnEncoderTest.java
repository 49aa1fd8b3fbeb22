package org.freshet.examples.encoder;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.freshet.core.Batch;
import org.freshet.core.Source;
import org.freshet.core.component.Build;
import org.freshet.core.component.Components;
import org.freshet.core.component.Spec;
import org.junit.jupiter.api.Test;

/** The example of an encoder in Java works. */
class OwnEncoderTest {
  private static final Path ENCODER = Path.of("encoder");

  private static OwnEncoder make() {
    return new OwnEncoder(ENCODER.resolve("words.onnx"), ENCODER.resolve("vocab.txt"));
  }

  @Test
  void topicsAreLearntAsTheyAppear() {
    OwnEncoder encoder = make();
    assertThat(encoder.topic("where is my parcel")).isNull();
    Spec csv = Spec.parse("csv(path='data/tickets.csv.gz', label=topic, text=[message])");
    int right = 0;
    int asked = 0;
    try (Source source = Components.create(csv, Build.of(null), Source.class)) {
      Batch batch = new Batch(source.schema(), 256);
      while (source.read(batch, batch.capacity()) > 0) {
        for (int r = 0; r < batch.size(); r++) {
          String message = String.valueOf(batch.row(r).attachment(0));
          String topic = source.schema().labels().name(batch.labelCode(r));
          if (asked++ >= 500) {
            right += topic.equals(encoder.topic(message)) ? 1 : 0;
          }
          encoder.learn(message, topic);
        }
      }
    }
    assertThat(asked).isEqualTo(3000);
    assertThat(right / 2500.0).as("share right behind the first 500").isGreaterThan(0.8);
    assertThat(encoder.topic("your site is down, error 502")).isEqualTo("outage");
  }

  @Test
  void theProgramRuns() {
    PrintStream standard = System.out;
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    try {
      System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
      OwnEncoder.main(new String[] {ENCODER.toString()});
    } finally {
      System.setOut(standard);
    }
    assertThat(printed.toString(StandardCharsets.UTF_8).strip()).isEqualTo("delivery, payment");
  }
}
