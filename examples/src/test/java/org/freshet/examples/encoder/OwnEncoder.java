package org.freshet.examples.encoder;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.freshet.core.Batch;
import org.freshet.core.Classifier;
import org.freshet.core.Column;
import org.freshet.core.Dictionary;
import org.freshet.core.Schema;
import org.freshet.core.component.Components;

/**
 * An ONNX encoder of one's own in a Java program: messages come one by one, each is answered, and
 * its topic is learnt when a person has said it. Topics are not known beforehand.
 */
public final class OwnEncoder {
  private final Schema schema =
      Schema.classification(List.of(Column.text("message")), "topic", new Dictionary(List.of()));
  private final Classifier model;
  private final Batch one = new Batch(schema, 1);
  private double[] scores = new double[8];

  /**
   * @param encoder a model in the ONNX format that takes tokens
   * @param vocabulary its vocab.txt
   */
  public OwnEncoder(Path encoder, Path vocabulary) {
    model =
        Components.classifier(
            "onnx_encoder(file='"
                + encoder
                + "', input=wordpiece(vocabulary='"
                + vocabulary
                + "'), normalize=true) | softmax_regression(optimizer=sgd(learning_rate=1))",
            schema,
            1);
  }

  /** The topic of a message, or null while none is known. */
  public String topic(String message) {
    event(message);
    scores = Arrays.copyOf(scores, Math.max(scores.length, model.labels()));
    model.scores(one.row(0), scores);
    int best = -1;
    for (int i = 0; i < model.labels(); i++) {
      best = best < 0 || scores[i] > scores[best] ? i : best;
    }
    return best < 0 ? null : schema.labels().name(best);
  }

  /** What a message was about; a topic never heard of is a new one. */
  public void learn(String message, String topic) {
    event(message);
    model.learn(one.row(0), schema.labels().code(topic), 1);
  }

  private void event(String message) {
    one.clear();
    one.beginRow();
    one.attach(0, message);
    one.endRow();
  }

  /** Prints what it takes three messages for, before and after it has learnt. */
  public static void main(String[] args) {
    Path folder = Path.of(args.length > 0 ? args[0] : "examples/encoder");
    OwnEncoder encoder = new OwnEncoder(folder.resolve("words.onnx"), folder.resolve("vocab.txt"));
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      encoder.learn("where is my parcel", "delivery");
      encoder.learn("i was charged twice", "payment");
      lines.add(encoder.topic("the parcel is late") + ", " + encoder.topic("charged two times"));
    }
    System.out.println(lines.get(lines.size() - 1));
  }
}
