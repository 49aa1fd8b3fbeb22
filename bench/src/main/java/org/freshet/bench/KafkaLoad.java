package org.freshet.bench;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Sends events of 30 numbers and, 1,000 events later, their labels, as fast as the broker takes
 * them: values made before the clock starts, in which only the digits of the ids change.
 */
final class KafkaLoad implements AutoCloseable {
  private static final int DIGITS = 9;
  private static final int KINDS = 1024;
  private static final int PARTITIONS = 2;

  private final String events;
  private final String labels;
  private final int late;
  private final KafkaProducer<byte[], byte[]> producer;
  private final byte[][] values = new byte[KINDS][];
  private final byte[][] truths = new byte[KINDS][];
  private final AtomicReference<Exception> wrong = new AtomicReference<>();
  private final AtomicLong there = new AtomicLong(); // events the broker has
  private final Callback noted =
      (done, error) -> {
        if (error != null) {
          wrong.set(error);
        }
      };
  private final Callback counted =
      (done, error) -> {
        there.incrementAndGet();
        noted.onCompletion(done, error);
      };
  private long sent;
  private long labelled;

  KafkaLoad(String bootstrap, String events, String labels, int features, int late) {
    this.events = events;
    this.labels = labels;
    this.late = late;
    producer =
        new KafkaProducer<>(
            Map.<String, Object>of(
                "bootstrap.servers", bootstrap, "linger.ms", "5", "batch.size", "131072"),
            new ByteArraySerializer(),
            new ByteArraySerializer());
    Random random = new Random(7);
    for (int k = 0; k < KINDS; k++) {
      StringBuilder s = new StringBuilder("{\"id\":\"" + "0".repeat(DIGITS) + "\"");
      double sum = 0;
      for (int f = 0; f < features; f++) {
        double v = Math.round(random.nextGaussian() * 1e5) / 1e5;
        sum += f % 3 == 0 ? v : 0;
        s.append(",\"f").append(f).append("\":").append(v);
      }
      values[k] = s.append('}').toString().getBytes(StandardCharsets.US_ASCII);
      String label = sum + random.nextGaussian() > 0 ? "yes" : "no";
      truths[k] =
          ("{\"id\":\"" + "0".repeat(DIGITS) + "\",\"label\":\"" + label + "\"}")
              .getBytes(StandardCharsets.US_ASCII);
    }
  }

  /** Sends one event, and the labels of those before the last 1,000 that the broker has. */
  void next() {
    int kind = (int) (sent % KINDS);
    send(events, (int) (sent / 500 % PARTITIONS), number(values[kind], sent));
    sent++;
    while (there.get() - labelled > late) {
      label();
    }
  }

  private void label() {
    send(labels, 0, number(truths[(int) (labelled % KINDS)], labelled));
    labelled++;
  }

  /** Kafka's client copies a value before it returns. */
  private void send(String topic, int partition, byte[] value) {
    producer.send(
        new ProducerRecord<>(topic, partition, null, value),
        topic.equals(events) ? counted : noted);
  }

  private static byte[] number(byte[] value, long n) {
    long left = n;
    for (int d = DIGITS - 1; d >= 0; d--) {
      value[7 + d] = (byte) ('0' + left % 10);
      left /= 10;
    }
    return value;
  }

  /**
   * Sends until the time has come, not more than so many ahead.
   *
   * @param taken events that were taken up so far
   */
  void until(long nanos, long ahead, LongSupplier taken) throws InterruptedException {
    while (System.nanoTime() < nanos) {
      if (sent - taken.getAsLong() > ahead) {
        Thread.sleep(1);
      } else {
        for (int i = 0; i < 100; i++) {
          next();
        }
      }
    }
  }

  /** Sends so many events, and the labels that are due. */
  void events(long n) {
    for (long i = 0; i < n; i++) {
      next();
    }
  }

  /** Sends the labels that are left; everything is there when it returns. */
  void end() throws Exception {
    while (labelled < sent) {
      label();
    }
    flush();
  }

  /** Everything sent is there when it returns. */
  void flush() throws Exception {
    producer.flush();
    while (labelled < there.get() - late) {
      label();
    }
    producer.flush();
    if (wrong.get() != null) {
      throw wrong.get();
    }
  }

  long sent() {
    return sent;
  }

  @Override
  public void close() {
    producer.close();
  }
}
