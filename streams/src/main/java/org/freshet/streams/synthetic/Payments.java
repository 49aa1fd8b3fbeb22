package org.freshet.streams.synthetic;

import java.util.List;
import org.freshet.core.Column;
import org.freshet.core.Schema;
import org.freshet.core.Trait;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.core.component.Span;

/**
 * Card payments, about one in eight of them fraud, and fraudsters who change their ways once: what
 * the examples of live pipelines run on. No data set; made so that a person sees a model learn,
 * fail and recover.
 *
 * <p>A payment has an amount (log-normal, median 30), the hour of the day (more by day), the age of
 * the account in days (exponential, mean 400), minutes since the account's last payment
 * (exponential, mean 600), country, channel and kind of merchant. A share of 12 % is fraud.
 *
 * <p>At first fraud is dear, by night, from young accounts, at electronics and travel: its amount
 * is six times larger, its hour mostly from 0 to 5, its account mostly younger than 60 days. From
 * event {@code change} on it hides: small amounts in quick succession (mean 3 minutes) by day,
 * through the app, for gift cards, from accounts of any age, so that whoever learnt the first way
 * sees nothing. The share {@code noise} of the labels is wrong.
 *
 * <p>Source: none; it is ours, in the manner of the credit decisions of {@code agrawal}.
 *
 * <p>Gives four numeric and three category features without missing values. O(1) time an event and
 * O(1) memory.
 *
 * <pre>
 * freshet generate payments --to http://127.0.0.1:8080
 * source: { payments: { change: 5000, events: 20000 } }
 * </pre>
 */
@Component(name = "payments", kinds = Kind.SOURCE, family = "generator", traits = Trait.RANDOMIZED)
public final class Payments extends Generator {
  private static final double FRAUD = 0.12;

  private static final String[] COUNTRIES = {"PT", "ES", "FR", "DE", "PL", "US"};
  private static final double[] USUAL_COUNTRIES = {0.4, 0.25, 0.12, 0.1, 0.08, 0.05};
  private static final double[] FAR_COUNTRIES = {0.1, 0.1, 0.1, 0.1, 0.2, 0.4};

  private static final String[] CHANNELS = {"shop", "web", "app"};
  private static final double[] USUAL_CHANNELS = {0.5, 0.3, 0.2};
  private static final double[] WEB = {0.1, 0.8, 0.1};
  private static final double[] APP = {0.05, 0.1, 0.85};

  private static final String[] MERCHANTS = {
    "groceries", "fuel", "clothes", "electronics", "travel", "gift_cards"
  };
  private static final double[] USUAL_MERCHANTS = {0.45, 0.2, 0.15, 0.08, 0.07, 0.05};
  private static final double[] DEAR = {0.03, 0.02, 0.1, 0.5, 0.3, 0.05};
  private static final double[] GIFT_CARDS = {0.1, 0.02, 0.05, 0.02, 0.01, 0.8};

  public record Parameters(
      @Param(
              value = "Event from which on fraud has its second way, counted from 0",
              def = "20000 events",
              unit = "events",
              origin = "40 seconds of the example")
          Span change,
      @Param(
              value = "Share of the labels that are wrong",
              def = "1%",
              range = "[0, 1]",
              origin = "people who decide err")
          double noise,
      @Param(value = "How many events; none is a stream without end", def = "none", unit = "events")
          Span events,
      @Param(
              value = "Seed of the events; -1 takes the seed of the run",
              def = "-1",
              range = "[-1, inf)")
          long seed) {}

  private final long change;
  private long drawn;

  public Payments(Parameters p, Build build) {
    super(
        "payments",
        Schema.classification(
            List.of(
                Column.numeric("amount"),
                Column.numeric("hour"),
                Column.numeric("account_days"),
                Column.numeric("minutes_since_last"),
                Column.category("country", COUNTRIES),
                Column.category("channel", CHANNELS),
                Column.category("merchant", MERCHANTS)),
            "label",
            "ok",
            "fraud"),
        p.events(),
        p.seed(),
        build,
        p.change(),
        p.noise());
    change = count("payments", "change", p.change());
    noise(p.noise());
  }

  @Override
  public long[] driftPositions() {
    return change == 0 ? new long[0] : new long[] {change};
  }

  @Override
  double draw(double[] row, int at) {
    boolean fraud = rng.nextDouble() < FRAUD;
    boolean hidden = drawn++ >= change;
    boolean open = fraud && !hidden;
    boolean secret = fraud && hidden;
    row[at] =
        round(30 * (open ? 6 : secret ? 0.5 : 1) * StrictMath.exp(0.8 * rng.nextGaussian()), 100);
    row[at + 1] = hour(open && rng.nextDouble() < 0.8, secret);
    row[at + 2] = Math.floor((open ? 40 : 400) * exponential());
    row[at + 3] = round((secret ? 3 : 600) * exponential(), 10);
    row[at + 4] = pick(open ? FAR_COUNTRIES : USUAL_COUNTRIES);
    row[at + 5] = pick(open ? WEB : secret ? APP : USUAL_CHANNELS);
    row[at + 6] = pick(open ? DEAR : secret ? GIFT_CARDS : USUAL_MERCHANTS);
    return fraud ? 1 : 0;
  }

  private double hour(boolean night, boolean day) {
    if (night) {
      return rng.nextInt(6);
    }
    return day || rng.nextDouble() < 0.85 ? 8 + rng.nextInt(14) : rng.nextInt(24);
  }

  private double exponential() {
    return -StrictMath.log(1 - rng.nextDouble());
  }

  private static double round(double v, double to) {
    return Math.rint(v * to) / to;
  }

  private int pick(double[] shares) {
    double u = rng.nextDouble();
    for (int i = 0; i < shares.length - 1; i++) {
      u -= shares[i];
      if (u < 0) {
        return i;
      }
    }
    return shares.length - 1;
  }
}
