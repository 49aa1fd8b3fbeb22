package org.freshet.bench;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Payments of some cards, always the same, and their labels some events later on a topic of their
 * own, every fiftieth twice. What belongs to a card is in one partition, so that its order is
 * fixed.
 */
final class FlinkLoad implements AutoCloseable {
  static final int CARDS = 200;
  static final int PARTITIONS = 2;
  private static final int LATE = 500;
  private static final int FEATURES = 5;

  private final KafkaProducer<byte[], byte[]> producer;
  private final String events;
  private final String labels;
  private final AtomicReference<Exception> wrong = new AtomicReference<>();
  private int sent;
  private int labelled;

  FlinkLoad(String bootstrap, String events, String labels) {
    this.events = events;
    this.labels = labels;
    producer =
        new KafkaProducer<>(
            Map.<String, Object>of("bootstrap.servers", bootstrap, "linger.ms", "5"),
            new ByteArraySerializer(),
            new ByteArraySerializer());
  }

  /** Sends the next event, and the label that is due. */
  void next() {
    Random random = random(sent);
    event("e" + sent, card(sent), random);
    sent++;
    if (sent - labelled > LATE) {
      label();
    }
  }

  /** Always the same for an event; its first number is the card. */
  private static Random random(int event) {
    return new Random(event * 0x9E3779B97F4A7C15L);
  }

  private static int card(int event) {
    return random(event).nextInt(CARDS);
  }

  private void event(String id, int card, Random random) {
    StringBuilder s = new StringBuilder("{\"id\":\"").append(id);
    s.append("\",\"card\":\"c").append(card).append('"');
    random.nextInt();
    for (int f = 0; f < FEATURES; f++) {
      s.append(",\"f").append(f).append("\":").append(random.nextGaussian() * (f + 1) + card % 7);
    }
    send(events, card, s.append('}'));
  }

  /** Each card has its own rule. */
  private void label() {
    int card = card(labelled);
    Random random = random(labelled);
    random.nextInt();
    double sum = random.nextGaussian();
    for (int f = 1; f < FEATURES; f++) {
      sum += ((card >> f) % 2 == 0 ? 1 : -1) * random.nextGaussian();
    }
    for (int copy = labelled % 50 == 0 ? 2 : 1; copy > 0; copy--) {
      StringBuilder s = new StringBuilder("{\"id\":\"e").append(labelled);
      send(labels, card, s.append("\",\"label\":\"").append(sum > 0 ? "yes" : "no").append("\"}"));
    }
    labelled++;
  }

  private void send(String topic, int card, CharSequence value) {
    producer.send(
        new ProducerRecord<>(
            topic, card % PARTITIONS, null, value.toString().getBytes(StandardCharsets.US_ASCII)),
        (done, e) -> {
          if (e != null) {
            wrong.set(e);
          }
        });
  }

  /** Sends the labels that are left; everything is there when it returns. */
  void end() throws Exception {
    while (labelled < sent) {
      label();
    }
    flush();
  }

  /** One more event of each card, without a label: its answer shows the card's model. */
  void probes() throws Exception {
    for (int card = 0; card < CARDS; card++) {
      event("p" + card, card, random(-1 - card));
    }
    flush();
  }

  private void flush() throws Exception {
    producer.flush();
    if (wrong.get() != null) {
      throw wrong.get();
    }
  }

  int sent() {
    return sent;
  }

  @Override
  public void close() {
    producer.close();
  }
}
