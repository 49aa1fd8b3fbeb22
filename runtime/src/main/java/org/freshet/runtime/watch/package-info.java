/** What a live pipeline watches besides its own learning, and how alarms get out. */
package org.freshet.runtime.watch;
