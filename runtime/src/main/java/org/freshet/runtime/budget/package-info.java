/** Budgets of a live pipeline: memory shared out before it is used, and the time of an answer. */
package org.freshet.runtime.budget;
