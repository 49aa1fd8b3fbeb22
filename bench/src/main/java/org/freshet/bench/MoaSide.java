package org.freshet.bench;

import com.github.javacliparser.ClassOption;
import com.github.javacliparser.IntOption;
import com.github.javacliparser.Option;
import com.yahoo.labs.samoa.instances.Instance;
import moa.classifiers.Classifier;
import moa.classifiers.rules.multilabel.AMRulesMultiLabelLearner;
import moa.core.Utils;
import moa.options.OptionHandler;

/** A learner of MOA, from its command line. */
final class MoaSide extends Side {
  private final String command;

  MoaSide(MoaStream stream, String command) {
    super(stream);
    this.command = command;
  }

  @Override
  boolean randomized() {
    return make(1).isRandomizable();
  }

  @Override
  double pass(long seed) {
    Classifier c = make(seed);
    c.setModelContext(stream.header);
    c.prepareForUse();
    return stream.regression() ? regress(c) : classify(c);
  }

  private double classify(Classifier c) {
    long start = clock(1);
    for (int i = 0; i < predicted.length; i++) {
      Instance x = stream.instances[i];
      double[] votes = c.getVotesForInstance(x);
      predicted[i] = votes.length == 0 ? 0 : Utils.maxIndex(votes);
      c.trainOnInstance(x);
    }
    return (clock(1) - start) / 1e9;
  }

  private double regress(Classifier c) {
    long start = clock(1);
    for (int i = 0; i < predicted.length; i++) {
      Instance x = stream.instances[i];
      double[] votes = c.getVotesForInstance(x);
      predicted[i] = votes.length == 0 ? 0 : votes[0];
      c.trainOnInstance(x);
    }
    return (clock(1) - start) / 1e9;
  }

  private Classifier make(long seed) {
    try {
      Classifier c = (Classifier) ClassOption.cliStringToObject(command, Classifier.class, null);
      if (c.isRandomizable() && !(c instanceof AMRulesMultiLabelLearner)) { // fails before its time
        c.setRandomSeed((int) seed);
      }
      // Some have a seed of their own beside the common one.
      for (Option o : ((OptionHandler) c).getOptions().getOptionArray()) {
        if (o instanceof IntOption number && o.getName().startsWith("randomSeed")) {
          number.setValue((int) seed);
        }
      }
      return c;
    } catch (Exception e) {
      throw new IllegalArgumentException("MOA does not know '" + command + "'", e);
    }
  }
}
