/** Which labels are asked for: the budget, what is spent of it, and who decides. */
package org.freshet.engine.ask;
