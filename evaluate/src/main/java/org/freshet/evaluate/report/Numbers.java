package org.freshet.evaluate.report;

import java.util.Locale;
import java.util.Set;

/** Numbers for people, the same in every language. */
public final class Numbers {
  /** Metrics that are shares and read best in percent. */
  private static final Set<String> SHARES =
      Set.of(
          "accuracy",
          "f1_macro",
          "f1_micro",
          "precision_macro",
          "recall_macro",
          "balanced_accuracy",
          "g_mean",
          "auc",
          "calibration_error",
          "auc_error_bound",
          "coverage",
          "nominal_coverage",
          "hamming_loss",
          "subset_accuracy",
          "jaccard");

  private Numbers() {}

  /** A metric in its own way: shares in percent, others with four digits. */
  public static String metric(String name, double v) {
    return SHARES.contains(name) ? percent(v) : plain(v);
  }

  public static String percent(double share) {
    return Double.isNaN(share) ? "–" : String.format(Locale.ROOT, "%.2f %%", 100 * share);
  }

  /** Four significant digits or so. */
  public static String plain(double v) {
    if (!Double.isFinite(v)) {
      return "–";
    }
    double size = Math.abs(v);
    if (size != 0 && (size >= 1e6 || size < 1e-4)) {
      return String.format(Locale.ROOT, "%.3e", v);
    }
    return String.format(Locale.ROOT, size >= 1000 ? "%.1f" : size >= 10 ? "%.2f" : "%.4f", v);
  }

  /** A whole number with its thousands apart. */
  public static String count(double n) {
    return n == Math.rint(n)
        ? String.format(Locale.ROOT, "%,.0f", n)
        : String.format(Locale.ROOT, "%,.1f", n);
  }

  /** A number of at most four characters or so: 45k, 1.2M. */
  public static String compact(double n) {
    double size = Math.abs(n);
    if (size >= 1e9) {
      return trim(n / 1e9) + "G";
    }
    if (size >= 1e6) {
      return trim(n / 1e6) + "M";
    }
    return size >= 1e3 ? trim(n / 1e3) + "k" : trim(n);
  }

  private static String trim(double v) {
    String s =
        String.format(
            Locale.ROOT, Math.abs(v) >= 100 ? "%.0f" : Math.abs(v) >= 10 ? "%.1f" : "%.2f", v);
    return s.contains(".") ? s.replaceAll("0+$", "").replaceAll("\\.$", "") : s;
  }

  /** Bytes in kB, MB or GB of 1024. */
  public static String bytes(long n) {
    if (n < 1024) {
      return n + " B";
    }
    String[] units = {"kB", "MB", "GB", "TB"};
    double v = n / 1024.0;
    int u = 0;
    while (v >= 1024 && u < units.length - 1) {
      v /= 1024;
      u++;
    }
    return String.format(Locale.ROOT, v >= 100 ? "%.0f %s" : "%.1f %s", v, units[u]);
  }

  public static String seconds(double s) {
    if (s < 1) {
      return String.format(Locale.ROOT, "%.0f ms", s * 1000);
    }
    return s < 120
        ? String.format(Locale.ROOT, "%.1f s", s)
        : String.format(Locale.ROOT, "%d min %02d s", (long) s / 60, (long) s % 60);
  }

  /** A p-value, never just 0. */
  public static String pValue(double p) {
    if (Double.isNaN(p)) {
      return "–";
    }
    return p < 0.001 ? "p < 0.001" : String.format(Locale.ROOT, "p = %.3f", p);
  }

  /** A round step that cuts a span into about {@code parts}. */
  static double step(double span, int parts) {
    double raw = span / parts;
    double ten = Math.pow(10, Math.floor(Math.log10(raw)));
    double lead = raw / ten;
    return ten * (lead <= 1 ? 1 : lead <= 2 ? 2 : lead <= 5 ? 5 : 10);
  }

  /** The metric's name for people. */
  static String title(String name) {
    return switch (name) {
      case "kappa_t" -> "kappa-T (against no change)";
      case "kappa_m" -> "kappa-M (against majority)";
      case "f1_macro" -> "F1, mean over classes";
      case "f1_micro" -> "F1, over events";
      case "precision_macro" -> "precision, mean over classes";
      case "recall_macro" -> "recall, mean over classes";
      case "g_mean" -> "G-mean of recalls";
      case "log_loss" -> "log-loss (nats)";
      case "brier" -> "Brier score (0 … 2)";
      case "auc" -> "ROC AUC";
      case "auc_error_bound" -> "AUC is within ±";
      case "hamming_loss" -> "Hamming loss";
      case "jaccard" -> "Jaccard overlap of the sets";
      case "mae" -> "mean absolute error";
      case "rmse" -> "root mean squared error";
      case "r2" -> "R²";
      case "mean_set_size" -> "mean size of the sets";
      case "mean_interval_width" -> "mean width of the intervals";
      case "smape" -> "SMAPE (0 … 2)";
      default -> name.replace('_', ' ');
    };
  }
}
