/** The live queue of open questions: what is put there, and how files of them look. */
package org.freshet.serve.ask;
