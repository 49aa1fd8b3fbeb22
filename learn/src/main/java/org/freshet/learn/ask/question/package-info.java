/** How a label is asked for: whole, or by smaller questions. */
package org.freshet.learn.ask.question;
