/**
 * Optimizers of networks: one short class each, a {@link org.freshet.neural.optimizer.Rule} that
 * moves stretches of weights against their gradients.
 */
package org.freshet.neural.optimizer;
