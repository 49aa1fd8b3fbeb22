/** Asking for labels and for answers of experts: what decides, and what is asked. */
package org.freshet.core.ask;
