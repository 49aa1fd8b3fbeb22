package org.freshet.learn.tree;

/**
 * The standard normal distribution function Φ, and its binary entropy, for split search.
 *
 * <p>{@link #cdf} is exact to about 1e-15: erf and erfc by the rational approximations of the
 * Cephes library (S. L. Moshier, Methods and Programs for Mathematical Functions, 1989). {@link
 * #TABLE} holds, for each interval of z of width 1/64 in [-8, 8], the cubic (Hermite) coefficients
 * of Φ(z) and of H(Φ(z)) in bits, in one cache line; both are right to 1e-9.
 */
final class Normal {
  private Normal() {}

  private static final double[] ERFC_P = {
    2.46196981473530512524E-10, 5.64189564831068821977E-1, 7.46321056442269912687E0,
    4.86371970985681366614E1, 1.96520832956077098242E2, 5.26445194995477358631E2,
    9.34528527171957607540E2, 1.02755188689515710272E3, 5.57535335369399327526E2
  };
  private static final double[] ERFC_Q = {
    1,
    1.32281951154744992508E1,
    8.67072140885989742329E1,
    3.54937778887819891062E2,
    9.75708501743205489753E2,
    1.82390916687909736289E3,
    2.24633760818710981792E3,
    1.65666309194161350182E3,
    5.57535340817727675546E2
  };
  private static final double[] ERFC_R = {
    5.64189583547755073984E-1, 1.27536670759978104416E0, 5.01905042251180477414E0,
    6.16021097993053585195E0, 7.40974269950448939160E0, 2.97886665372100240670E0
  };
  private static final double[] ERFC_S = {
    1,
    2.26052863220117276590E0,
    9.39603524938001434673E0,
    1.20489539808096656605E1,
    1.70814450747565897222E1,
    9.60896809063285878198E0,
    3.36907645100081516050E0
  };
  private static final double[] ERF_T = {
    9.60497373987051638749E0,
    9.00260197203842689217E1,
    2.23200534594684319226E3,
    7.00332514112805075473E3,
    5.55923013010394962768E4
  };
  private static final double[] ERF_U = {
    1,
    3.35617141647503099647E1,
    5.21357949780152679795E2,
    4.59432382970980127987E3,
    2.26290000613890934246E4,
    4.92673942608635921086E4
  };
  private static final double SQRT_HALF = 7.07106781186547524401E-1;

  private static double polynomial(double x, double[] c) {
    double y = c[0];
    for (int i = 1; i < c.length; i++) {
      y = y * x + c[i];
    }
    return y;
  }

  private static double erf(double x) {
    double z = x * x;
    return x * polynomial(z, ERF_T) / polynomial(z, ERF_U);
  }

  /** erfc for x of at least 1/√2; 0 where it underflows. */
  private static double erfc(double x) {
    if (x < 1) {
      return 1 - erf(x);
    }
    double e = Math.exp(-x * x);
    return x < 8
        ? e * polynomial(x, ERFC_P) / polynomial(x, ERFC_Q)
        : e * polynomial(x, ERFC_R) / polynomial(x, ERFC_S);
  }

  /** Φ(a): the probability that a standard normal variable is at most a. */
  static double cdf(double a) {
    double x = a * SQRT_HALF;
    double z = Math.abs(x);
    if (z < SQRT_HALF) {
      return 0.5 + 0.5 * erf(x);
    }
    double y = 0.5 * erfc(z);
    return x > 0 ? 1 - y : y;
  }

  /** Density of the standard normal at a. */
  static double density(double a) {
    return Math.exp(-0.5 * a * a) * 0.3989422804014326779;
  }

  /** Binary entropy of p in bits; 0 outside (0, 1). */
  static double entropy(double p) {
    return p <= 0 || p >= 1 ? 0 : -(p * Math.log(p) + (1 - p) * Math.log(1 - p)) * INV_LN2;
  }

  static final double SQRT_2PI = Math.sqrt(2 * Math.PI);
  static final double INV_LN2 = 1.4426950408889634074;
  static final int STEPS = 64;
  static final int LIMIT = 8;

  /**
   * Eight coefficients an interval: a0 … a3 of Φ, then of H(Φ), in powers of the offset in steps.
   */
  static final double[] TABLE = table();

  private static double[] table() {
    int intervals = 2 * LIMIT * STEPS;
    double[] t = new double[8 * intervals];
    double h = 1.0 / STEPS;
    for (int i = 0; i < intervals; i++) {
      double z = -LIMIT + i * h;
      hermite(t, 8 * i, cdf(z), cdf(z + h), h * density(z), h * density(z + h));
      hermite(t, 8 * i + 4, entropy(cdf(z)), entropy(cdf(z + h)), h * slope(z), h * slope(z + h));
    }
    return t;
  }

  /** Derivative of H(Φ(z)). */
  private static double slope(double z) {
    double below = cdf(z);
    double above = cdf(-z);
    return below <= 0 || above <= 0
        ? 0
        : density(z) * (Math.log(above) - Math.log(below)) * INV_LN2;
  }

  private static void hermite(double[] t, int at, double y0, double y1, double d0, double d1) {
    t[at] = y0;
    t[at + 1] = d0;
    t[at + 2] = 3 * (y1 - y0) - 2 * d0 - d1;
    t[at + 3] = 2 * (y0 - y1) + d0 + d1;
  }

  private static final int SHARES = 1024;

  /** Cubic coefficients of the binary entropy of p for intervals of 1/1024. */
  private static final double[] SHARE_TABLE = shareTable();

  private static double[] shareTable() {
    double[] t = new double[4 * SHARES];
    double h = 1.0 / SHARES;
    for (int i = 8; i < SHARES - 8; i++) {
      double p = i * h;
      hermite(t, 4 * i, entropy(p), entropy(p + h), h * entropySlope(p), h * entropySlope(p + h));
    }
    return t;
  }

  private static double entropySlope(double p) {
    return (Math.log(1 - p) - Math.log(p)) * INV_LN2;
  }

  /** Binary entropy of a share, from the table where that is right to 1e-8, computed elsewhere. */
  static double shareEntropy(double p) {
    if (!(p > 0.0098 && p < 0.9902)) {
      return entropy(p);
    }
    double t = p * SHARES;
    int i = (int) t;
    double u = t - i;
    double[] a = SHARE_TABLE;
    int c = i << 2;
    return a[c] + u * (a[c + 1] + u * (a[c + 2] + u * a[c + 3]));
  }
}
